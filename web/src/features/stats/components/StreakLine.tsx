import { useTranslation } from 'react-i18next';

import { today } from '@/lib/format';
import { HrefLink } from '@/components/charts/HrefLink';

import { shift } from '../model/ranges';
import type { Highlights } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import styles from './streak.module.css';

/** Runs of days and weeks with a film. */
export function StreakLine({ streaks }: { streaks: Highlights['streaks'] }) {
  const { t } = useTranslation('stats');
  const { n, to } = useStatsWords();
  const {
    longest_days: longest,
    longest_from: from,
    longest_to: until,
    current_days: current,
  } = streaks;
  if (!from || !until) return null;
  const since = shift(today(), { days: -current });
  return (
    <ul className={styles.streaks}>
      <li>
        <HrefLink
          href={to({ watched_from: from, watched_to: until, sort: 'watched' })}
          className={styles.streak}
        >
          <strong>{t('streak.days', { count: longest })}</strong>
          <span>{t('streak.longest', { ...n.span(from, until) })}</span>
        </HrefLink>
      </li>
      <li>
        <HrefLink
          href={to(current > 0 ? { watched_from: since } : { seen: 'yes', sort: '-watched' })}
          className={styles.streak}
        >
          <strong>{t('streak.days', { count: current })}</strong>
          <span>{t(current > 0 ? 'streak.now' : 'streak.none')}</span>
        </HrefLink>
      </li>
      <li>
        <HrefLink href={to({ seen: 'yes', sort: '-watched' })} className={styles.streak}>
          <strong>{t('streak.weeks', { count: streaks.longest_weeks })}</strong>
          <span>{t('streak.weeksNote', { count: streaks.current_weeks })}</span>
        </HrefLink>
      </li>
    </ul>
  );
}
