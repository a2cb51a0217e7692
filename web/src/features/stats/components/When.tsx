import { useTranslation } from 'react-i18next';

import { BarChart, type Panel, SmallMultiples } from '@/components/charts';

import { behindMonth, type DateRange, within } from '../model/filters';
import { leader, monthOfYear, monthsOf, monthSpan, total, years } from '../model/series';
import type { Highlights, UserStats } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { capital } from '../words/words';
import { DaysCalendar } from './DaysCalendar';
import { Pair, Section } from './Section';
import { MonthsOfYear } from './MonthsOfYear';
import { StreakLine } from './StreakLine';
import { Strip } from './Strip';

interface Props {
  stats: UserStats;
  highlights?: Highlights;
  range: DateRange;
  currentYear: number;
}

/** Years, months, weekdays, days and runs of days. */
export function When({ stats, highlights, range, currentYear }: Props) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const known = years(stats);
  const single = known.length === 1 ? known[0]?.year : undefined;
  return (
    <Section
      title={t('section.when')}
      note={undated(stats) > 0 ? t('undated', { count: undated(stats) }) : undefined}
    >
      <Pair>
        {single ? (
          <MonthsOfYear {...{ stats, range, year: single }} />
        ) : (
          <Years {...{ stats, range, currentYear }} />
        )}
        <Weekdays {...{ stats, range }} />
      </Pair>
      <DaysCalendar year={calendarYear(stats, range, currentYear)} />
      {highlights && !range.from && !range.to && <StreakLine streaks={highlights.streaks} />}
      {!single && <Months {...{ stats, range }} />}
      <Strip
        title={t('recent')}
        films={stats.recent_movies}
        note={(film) => (film.last_watched ? n.date(film.last_watched, 'short') : '')}
        all={within({ seen: 'yes', sort: '-watched' }, range)}
      />
    </Section>
  );
}

function undated(stats: UserStats): number {
  return stats.yearly_counts.unknown ?? 0;
}

/** The year that the calendar opens with: the last one with a viewing in the range. */
function calendarYear(stats: UserStats, range: DateRange, currentYear: number): number {
  const known = years(stats).filter((row) => row.count > 0);
  return Number(known.at(-1)?.year ?? range.to?.slice(0, 4) ?? currentYear);
}

function Years({ stats, range, currentYear }: Omit<Props, 'highlights'>) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const rows = years(stats);
  const best = leader(rows, (row) => row.count);
  const data = rows.map(({ year, count }) => ({
    key: year,
    label: year,
    value: count,
    shown: n.whole(count),
    readout: t(Number(year) === currentYear ? 'readout.soFar' : 'readout.pair', {
      name: year,
      value: w.viewings(count),
    }),
    href: to(within({ watched_year: year, sort: 'watched' }, range)),
    open: Number(year) === currentYear,
  }));
  return (
    <BarChart
      title={best ? w.title.years(best) : t('sub.years')}
      sub={t('sub.years')}
      unit={t('unit.viewings')}
      data={data}
      format={n.whole}
      columns={[
        { key: 'year', label: t('column.year') },
        { key: 'count', label: t('column.viewings'), numeric: true },
      ]}
      rows={rows}
    />
  );
}

function Weekdays({ stats, range }: Pick<Props, 'stats' | 'range'>) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const rows = Array.from({ length: 7 }, (_, i) => ({
    weekday: i + 1,
    count: stats.weekday_counts[String(i + 1)] ?? 0,
  }));
  const dated = total(rows, (row) => row.count);
  const best = leader(rows, (row) => row.count);
  return (
    <BarChart
      title={
        best
          ? w.title.weekdays({ weekday: best.weekday, share: best.count / dated })
          : t('sub.weekdays')
      }
      sub={t('sub.weekdays')}
      unit={t('unit.viewings')}
      format={n.whole}
      data={rows.map(({ weekday, count }) => ({
        key: String(weekday),
        label: n.weekday(weekday, 'short'),
        value: count,
        shown: n.whole(count),
        readout: t('readout.share', {
          name: capital(n.weekday(weekday)),
          value: w.viewings(count),
          share: n.percent(dated ? count / dated : 0),
        }),
        href: to(within({ weekday: String(weekday), sort: '-watched' }, range)),
      }))}
      columns={[
        { key: 'name', label: t('column.weekday') },
        { key: 'count', label: t('column.viewings'), numeric: true },
      ]}
      rows={rows.map(({ weekday, count }) => ({ name: n.weekday(weekday), count }))}
    />
  );
}

const SHOWN_YEARS = 12;

function Months({ stats, range }: Pick<Props, 'stats' | 'range'>) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const span = monthSpan(stats.monthly_counts);
  const known = [...new Set(span.map((cell) => cell.year))].slice(-SHOWN_YEARS);
  if (known.length === 0) return null;
  const panels: Panel[] = known.map((year) => {
    const cells = monthsOf(stats.monthly_counts, year);
    return {
      key: year,
      label: year,
      note: n.whole(total(cells, (cell) => cell.count)),
      href: to(within({ watched_year: year }, range)),
      data: cells.map(({ month, count }) => ({
        key: `${year}-${month}`,
        value: count,
        readout: t('readout.pair', {
          name: `${capital(n.month(month))} ${year}`,
          value: w.viewings(count),
        }),
        href: to(within(behindMonth(year, month), range)),
      })),
    };
  });
  const repeated = monthOfYear(stats.monthly_counts);
  const best = known.length >= 2 ? leader(repeated, (row) => row.mean) : null;
  return (
    <SmallMultiples
      title={
        best ? w.title.months(best) : w.title.monthsOfYears(known[0] ?? '', known.at(-1) ?? '')
      }
      sub={t('sub.months')}
      panels={panels}
      ends={[n.month(1, 'short'), n.month(12, 'short')]}
      columns={[
        { key: 'month', label: t('column.month') },
        { key: 'count', label: t('column.viewings'), numeric: true },
      ]}
      rows={span.map(({ year, month, count }) => ({
        month: `${year}-${String(month).padStart(2, '0')}`,
        count,
      }))}
    />
  );
}
