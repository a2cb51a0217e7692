import { useTranslation } from 'react-i18next';

import { useCount } from '@/components/charts';
import { HrefLink } from '@/components/charts/HrefLink';

import { behindRating, type DateRange, within } from '../model/filters';
import type { UserStats } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import styles from './figures.module.css';

/** The ledger at the top: every figure opens the films that it counts. */
export function Figures({ stats, range }: { stats: UserStats; range: DateRange }) {
  const { t } = useTranslation('stats');
  const { n, to } = useStatsWords();
  const whole = (value: number) => n.whole(value);
  const hours = (minutes: number) => n.whole(minutes / 60);
  const link = (filter: Parameters<typeof within>[0]) => to(within(filter, range));
  const all = !range.from && !range.to;
  return (
    <dl className={styles.ledger}>
      <Figure
        value={stats.total_watched}
        format={whole}
        label={t('figure.films', { count: stats.total_watched })}
        to={link({ seen: 'yes' })}
      />
      <Figure
        value={stats.viewing_minutes}
        format={hours}
        label={t('figure.hours')}
        to={link({ seen: 'yes', sort: '-runtime' })}
      />
      <Figure
        value={stats.viewings}
        format={whole}
        label={t('figure.viewings', { count: stats.viewings })}
        to={link({ seen: 'yes', sort: '-watched' })}
      />
      <Figure
        value={stats.avg_rating}
        format={(value) => n.stars(value, 2)}
        label={t('figure.average')}
        to={link({ rated: 'yes', sort: '-rating' })}
      />
      <Figure
        value={stats.rewatches}
        format={whole}
        label={t('figure.rewatches', { count: stats.rewatches })}
        to={link({ rewatched: 'yes' })}
      />
      {all && (
        <Figure
          value={stats.liked}
          format={whole}
          label={t('figure.liked', { count: stats.liked })}
          to={link({ liked: 'yes' })}
        />
      )}
      {all && (
        <Figure
          value={stats.reviews}
          format={whole}
          label={t('figure.reviews', { count: stats.reviews })}
          to={link({ has_review: 'yes' })}
        />
      )}
      {all && (
        <Figure
          value={stats.watchlist}
          format={whole}
          label={t('figure.watchlist')}
          to={link({ watchlist: 'yes' })}
        />
      )}
      <Figure
        value={stats.unrated}
        format={whole}
        label={t('figure.unrated')}
        to={link(behindRating(null))}
      />
    </dl>
  );
}

interface FigureProps {
  value: number | null;
  format: (value: number) => string;
  label: string;
  to: string;
}

function Figure({ value, format, label, to }: FigureProps) {
  const counted = useCount(value ?? 0);
  return (
    <div className={styles.figure}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>
        <HrefLink
          href={to}
          className={styles.link}
          aria-label={`${value === null ? '–' : format(value)} ${label}`}
        >
          {value === null ? '–' : format(counted)}
        </HrefLink>
      </dd>
    </div>
  );
}
