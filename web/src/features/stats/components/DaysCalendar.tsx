import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Heatmap } from '@/components/charts';
import { useMe } from '@/lib/queries/session';

import { daysOptions } from '../api/queries';
import { behindDay } from '../model/filters';
import { leader } from '../model/series';
import { useStatsWords } from '../useStatsWords';
import { Skeleton } from './Skeleton';
import styles from './calendar.module.css';

/** The days of one year, with a choice of years. */
export function DaysCalendar({ year: opening }: { year: number }) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const [picked, setPicked] = useState<number | null>(null);
  const year = picked ?? opening;
  const { data } = useQuery(daysOptions(year));
  const weekStart = weekday(useMe().data?.settings.week_start);
  const readout = useCallback(
    (day: string, count: number) =>
      t('readout.pair', {
        name: n.date(day),
        value: count === 0 ? t('noFilm') : w.viewings(count),
      }),
    [t, n, w],
  );
  const href = useCallback((day: string) => to(behindDay(day)), [to]);
  if (!data) return <Skeleton kind="chart" />;
  const days = Object.entries(data.days).map(([day, count]) => ({ day, count }));
  return (
    <Heatmap
      title={w.title.days(
        data.year,
        days.length,
        leader(days, (row) => row.count),
      )}
      sub={t('sub.days')}
      year={data.year}
      days={data.days}
      weekStart={weekStart}
      readout={readout}
      href={href}
      month={(month) => n.month(month, 'short')}
      weekday={(day) => n.weekday(day, 'short').slice(0, 2)}
      columns={[
        { key: 'day', label: t('column.day') },
        { key: 'count', label: t('column.viewings'), numeric: true },
      ]}
      rows={days}
      controls={
        data.years.length > 1 && (
          <div className={styles.years} role="group" aria-label={t('pickYear')}>
            {data.years.map((each) => (
              <button
                key={each}
                className={styles.year}
                aria-pressed={each === year}
                onClick={() => setPicked(each)}
              >
                {each}
              </button>
            ))}
          </div>
        )
      }
    />
  );
}

/** Settings may say "monday", "sunday" or a number; Monday when they say nothing. */
function weekday(setting: unknown): number {
  return setting === 'sunday' || setting === 7 || setting === 0 ? 7 : 1;
}
