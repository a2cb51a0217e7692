import { type CSSProperties } from 'react';
import { HrefLink } from './HrefLink';

import styles from './charts.module.css';

export interface RankedDatum {
  key: string;
  rank: number;
  label: string;
  /** Length of the bar, 0 … 1 of the longest. */
  share: number;
  shown: string;
  note?: string | null;
  /** What the note is, for who cannot see where it stands. */
  said: string;
  href: string;
  /** Only for genres. */
  colour?: string;
}

/** Names in order with a bar under each; every row opens the films behind it. */
export function RankedList({ label, data }: { label: string; data: RankedDatum[] }) {
  return (
    <ol className={styles.ranked} aria-label={label}>
      {data.map((datum, i) => (
        <li key={datum.key}>
          <HrefLink
            href={datum.href}
            className={styles.rankedRow}
            data-peak={i === 0 ? '' : undefined}
          >
            <span className={styles.rank}>{datum.rank}</span>
            <span className={styles.rankedName} title={datum.label}>
              {datum.label}
            </span>
            <span className={styles.rankedValue}>
              {datum.shown}
              {datum.note && <small>{datum.note}</small>}
            </span>
            <span className={styles.rankedBar} style={barStyle(datum)} />
          </HrefLink>
        </li>
      ))}
    </ol>
  );
}

function barStyle({ share, colour }: RankedDatum): CSSProperties {
  const width = `${Math.max(0.5, Math.min(100, share * 100))}%`;
  return colour ? { width, background: colour } : { width };
}
