import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChartFrame } from '@/components/charts/ChartFrame';
import { type Formats, useFormat } from '@/lib/format';
import { titleOf } from '../model/titles';
import type { Groups, Point } from '../model/types';
import { MapDrawing } from './MapDrawing';

const MOST_ROWS = 500;
const HIGHEST = 560;

interface Props {
  title: string;
  sub: string;
  kind: 'films' | 'people';
  groups: Groups;
  names: string[];
  /** The group that is lit; null lights all. */
  chosen: number | null;
  onFilm: (filmId: string) => void;
}

/** Points near each other are alike. Zoom and move it; a film opens by a click or Enter. */
export function ClusterMap({ title, sub, kind, groups, names, chosen, onFilm }: Props) {
  const { t } = useTranslation('ml');
  const [readout, setReadout] = useState<string | null>(null);
  const { points } = groups;
  const format = useFormat();
  const rows = useMemo(() => rowsOf(points, names, format), [points, names, format]);
  const group = { key: 'group', label: t('clusters.group') };
  const columns =
    kind === 'people'
      ? [{ key: 'person', label: t('clusters.person'), numeric: true }, group]
      : [
          { key: 'title', label: t('clusters.film') },
          { key: 'year', label: t('clusters.year'), numeric: true },
          group,
          { key: 'count', label: t('clusters.seenBy'), numeric: true },
        ];
  return (
    <ChartFrame
      {...{ title, columns, rows }}
      sub={`${sub} ${t('clusters.hint')}`}
      readout={readout}
      height={320}
    >
      {(width) => (
        <MapDrawing
          width={width}
          height={Math.round(Math.min(HIGHEST, Math.max(300, width * 0.62)))}
          onReadout={setReadout}
          {...{ title, kind, points, names, chosen, onFilm }}
        />
      )}
    </ChartFrame>
  );
}

/** The table behind the map: the films that most have seen first. */
function rowsOf(points: Point[], names: string[], format: Formats) {
  return points
    .map((point, i) => ({
      person: i + 1,
      title: titleOf(point, format),
      year: point.year ?? null,
      group: names[point.group] ?? '–',
      count: point.count ?? null,
    }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
    .slice(0, MOST_ROWS);
}
