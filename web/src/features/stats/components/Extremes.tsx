import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/lib/format';
import { HrefLink } from '@/components/charts/HrefLink';

import type { LibraryFilter } from '../model/filters';
import type { EntryRow, Highlights } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import styles from './extremes.module.css';
import { Section } from './Section';

/** The longest, the shortest, the oldest, and those seen again and again. */
export function Extremes({ highlights }: { highlights: Highlights }) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const length = (row: EntryRow) => (row.runtime === null ? '–' : n.duration(row.runtime));
  return (
    <Section title={t('section.extremes')}>
      <div className={styles.lists}>
        <Films
          title={t('extremes.longest')}
          rows={highlights.longest}
          value={length}
          all={{ seen: 'yes', sort: '-runtime' }}
        />
        <Films
          title={t('extremes.shortest')}
          rows={highlights.shortest}
          value={length}
          all={{ seen: 'yes', sort: 'runtime' }}
        />
        <Films
          title={t('extremes.oldest')}
          rows={highlights.oldest}
          value={(row) => String(row.year ?? '–')}
          all={{ seen: 'yes', sort: 'year' }}
        />
        <Films
          title={t('extremes.rewatched')}
          rows={highlights.most_rewatched}
          value={(row) => t('extremes.times', { count: row.watch_count })}
          all={{ rewatched: 'yes' }}
        />
      </div>
    </Section>
  );
}

interface FilmsProps {
  title: string;
  rows: EntryRow[];
  value: (row: EntryRow) => string;
  all: LibraryFilter;
}

function Films({ title, rows, value, all }: FilmsProps) {
  const { to } = useStatsWords();
  const format = useFormat();
  if (rows.length === 0) return null;
  return (
    <section className={styles.list}>
      <h3 className={styles.title}>
        <HrefLink href={to(all)}>{title}</HrefLink>
      </h3>
      <ol>
        {rows.map((row) => (
          <li key={row.film_id} className={styles.row}>
            <Link to="/films/$filmId" params={{ filmId: row.film_id }} className={styles.film}>
              {format.title(row)}
            </Link>
            {row.year !== null && value(row) !== String(row.year) && (
              <span className={styles.year}>{row.year}</span>
            )}
            <span className={styles.value}>{value(row)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
