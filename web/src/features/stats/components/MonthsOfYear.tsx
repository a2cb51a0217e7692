import { useTranslation } from 'react-i18next';

import { BarChart } from '@/components/charts';

import { behindMonth, type DateRange, within } from '../model/filters';
import { leader, monthsOf, peak } from '../model/series';
import type { UserStats } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { capital } from '../words/words';

interface Props {
  stats: Pick<UserStats, 'monthly_counts'>;
  year: string;
  range?: DateRange;
}

/** The twelve months of one year. */
export function MonthsOfYear({ stats, year, range = {} }: Props) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const rows = monthsOf(stats.monthly_counts, year);
  const best = leader(rows, (row) => row.count);
  if (!peak(rows, (row) => row.count)) return null;
  return (
    <BarChart
      title={
        best
          ? t('year.months', {
              month: capital(n.month(best.month)),
              viewings: w.viewings(best.count),
            })
          : t('year.monthsEven', { year })
      }
      sub={t('sub.months')}
      unit={t('unit.viewings')}
      format={n.whole}
      data={rows.map(({ month, count }) => ({
        key: String(month),
        label: n.month(month, 'short'),
        value: count,
        shown: n.whole(count),
        readout: t('readout.pair', { name: capital(n.month(month)), value: w.viewings(count) }),
        href: to(within(behindMonth(year, month), range)),
      }))}
      columns={[
        { key: 'month', label: t('column.month') },
        { key: 'count', label: t('column.viewings'), numeric: true },
      ]}
      rows={rows.map(({ month, count }) => ({ month: n.month(month), count }))}
    />
  );
}
