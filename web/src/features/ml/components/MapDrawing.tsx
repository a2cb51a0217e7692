import { Minus, Plus, Scan } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { dots, type Placed, place, seen } from '../model/map';
import type { Point } from '../model/types';
import { usePointing } from '../model/usePointing';
import { useView } from '../model/useView';
import styles from './clusters.module.css';
import { MapLabels } from './MapLabels';

const STEP = 1.6;

export interface MapProps {
  title: string;
  kind: 'films' | 'people';
  width: number;
  height: number;
  points: Point[];
  names: string[];
  chosen: number | null;
  onFilm: (filmId: string) => void;
  onReadout: (text: string | null) => void;
}

/** The points: one path a group, so that thousands cost no more than a few. */
export function MapDrawing(props: MapProps) {
  const { title, width, height, points, names, chosen } = props;
  const { t } = useTranslation('ml');
  const box = useRef<HTMLDivElement>(null);
  const hold = useView(box);
  const { view, zoomBy } = hold;
  const placed = useMemo(() => place(points, width, height), [points, width, height]);
  const paths = useMemo(() => pathsOf(points, placed, names.length), [points, placed, names]);
  const { at, said, pointing } = usePointing({ ...props, placed, hold });
  const here = at === null ? undefined : placed[at];
  const shown = here && seen(here, view);
  return (
    <div>
      <div
        ref={box}
        className={styles.drawing}
        style={{ height }}
        data-open={props.kind === 'films' && at !== null ? '' : undefined}
        aria-label={t('clusters.map', { title })}
        {...pointing}
      >
        <svg
          data-chart=""
          className={styles.svg}
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          aria-hidden="true"
        >
          <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
            {paths.map((d, group) => (
              <path
                key={group}
                d={d}
                className={styles.points}
                data-tone={group % 3}
                data-lit={chosen === group ? '' : undefined}
                data-dim={chosen !== null && chosen !== group ? '' : undefined}
                strokeLinecap={group % 2 ? 'square' : 'round'}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </g>
          <MapLabels {...{ points, placed, names, chosen, view, width, height }} />
          {shown && <circle className={styles.here} cx={shown.x} cy={shown.y} r={7} />}
        </svg>
        <p className="visually-hidden" aria-live="polite">
          {said}
        </p>
      </div>
      <div className={styles.zoom} role="group" aria-label={t('clusters.zoom')}>
        <IconButton icon={Plus} label={t('clusters.nearer')} onClick={() => zoomBy(STEP)} />
        <IconButton icon={Minus} label={t('clusters.farther')} onClick={() => zoomBy(1 / STEP)} />
        <IconButton icon={Scan} label={t('clusters.whole')} onClick={() => zoomBy(0)} />
      </div>
    </div>
  );
}

/** One path a group; the last is of those that are in none. */
function pathsOf(points: Point[], placed: Placed[], groups: number): string[] {
  const sorted: Placed[][] = Array.from({ length: groups + 1 }, () => []);
  points.forEach((point, i) => {
    const where = placed[i];
    if (where) (sorted[point.group] ?? sorted[groups])?.push(where);
  });
  return sorted.map(dots);
}
