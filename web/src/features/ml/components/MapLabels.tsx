import { useMemo } from 'react';
import { apart, middle, type Placed, seen, type View } from '../model/map';
import type { Point } from '../model/types';
import styles from './clusters.module.css';

const LETTER = 7.6; // px

interface Props {
  points: Point[];
  placed: Placed[];
  names: string[];
  chosen: number | null;
  view: View;
  width: number;
  height: number;
}

/** Each group's name where its middle is. */
export function MapLabels({ points, placed, names, chosen, view, width, height }: Props) {
  const middles = useMemo(
    () => names.map((_, group) => middle(placed.filter((__, i) => points[i]?.group === group))),
    [names, placed, points],
  );
  const labels = apart(
    names.flatMap((name, group) => {
      const where = middles[group];
      if (!where) return [];
      const wide = name.length * LETTER;
      const { x, y } = seen(where, view);
      const inside = Math.min(width - wide / 2 - 4, Math.max(wide / 2 + 4, x));
      if (x < 0 || x > width || y < 0 || y > height) return [];
      return [{ name, group, x: inside, y: Math.max(14, y), width: wide }];
    }),
  );
  return (
    <g>
      {labels.map(({ name, group, x, y }) => (
        <text
          key={group}
          className={styles.label}
          data-lit={chosen === group ? '' : undefined}
          data-dim={chosen !== null && chosen !== group ? '' : undefined}
          x={x}
          y={y}
          textAnchor="middle"
        >
          {name}
        </text>
      ))}
    </g>
  );
}
