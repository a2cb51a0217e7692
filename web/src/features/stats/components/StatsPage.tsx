import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { HrefLink } from '@/components/charts/HrefLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { today } from '@/lib/format';

import { highlightsOptions, rangeStatsOptions } from '../api/queries';
import type { DateRange } from '../model/filters';
import { findings } from '../model/findings';
import { years } from '../model/series';
import type { Highlights, UserStats } from '../model/types';
import { Checked } from './Checked';
import { Extremes } from './Extremes';
import { Figures } from './Figures';
import { Findings } from './Findings';
import { Judgement } from './Judgement';
import { Milestones } from './Milestones';
import { RangePicker } from './RangePicker';
import { Recent } from './Recent';
import { Skeleton } from './Skeleton';
import styles from './page.module.css';
import { What } from './What';
import { When } from './When';
import { Who } from './Who';

interface Props {
  range: DateRange;
  onRange: (range: DateRange) => void;
}

/** Three findings first, then everything; every figure opens the films behind it. */
export function StatsPage({ range, onRange }: Props) {
  const { t } = useTranslation('stats');
  const { data: stats, isError, refetch } = useQuery(rangeStatsOptions(range));
  const all = !range.from && !range.to;
  const { data: found } = useQuery({ ...highlightsOptions, enabled: all });
  const highlights = all ? found : undefined;
  const currentYear = Number(today().slice(0, 4));
  const whole = useMemo(
    () => (stats ? { stats, highlights, range } : null),
    [stats, highlights, range],
  );
  // What is below the fold is drawn in pieces, after what is seen first.
  const below = useDeferredValue(whole, null);

  if (isError) return <Trouble retry={() => void refetch()} />;
  if (!stats) return <Loading />;
  const nothing = stats.total_watched === 0;
  return (
    <Page title={t('title')}>
      <div className={styles.page}>
        {!(nothing && all) && <RangePicker range={range} onChange={onRange} />}
        {nothing ? (
          <Empty range={range} onAll={() => onRange({})} />
        ) : (
          <>
            <Findings found={findings({ stats, highlights, currentYear })} />
            <Figures stats={stats} range={range} />
            <YearLinks stats={stats} />
            {below && <Below {...below} all={all} currentYear={currentYear} />}
            {all && <Checked />}
          </>
        )}
      </div>
    </Page>
  );
}

interface BelowProps {
  stats: UserStats;
  highlights: Highlights | undefined;
  range: DateRange;
  all: boolean;
  currentYear: number;
}

function Below({ stats, highlights, range, all, currentYear }: BelowProps) {
  return (
    <>
      {all && <Recent />}
      <When {...{ stats, highlights, range, currentYear }} />
      <What {...{ stats, range }} />
      <Who {...{ stats, range }} />
      <Judgement {...{ stats, highlights, range }} />
      {highlights && <Extremes highlights={highlights} />}
      {highlights && <Milestones milestones={highlights.milestones} />}
    </>
  );
}

function YearLinks({ stats }: { stats: UserStats }) {
  const { t } = useTranslation('stats');
  const known = years(stats)
    .filter((row) => row.count > 0)
    .reverse();
  if (known.length === 0) return null;
  return (
    <nav className={styles.years} aria-label={t('yearLinks')}>
      <span>{t('yearLinks')}</span>
      {known.map(({ year }) => (
        <Link key={year} to="/stats/year/$year" params={{ year }}>
          {year}
        </Link>
      ))}
    </nav>
  );
}

function Empty({ range, onAll }: { range: DateRange; onAll: () => void }) {
  const { t } = useTranslation('stats');
  if (!range.from && !range.to) {
    return (
      <EmptyState
        title={t('empty.title')}
        action={
          <HrefLink href="/import" className={styles.action}>
            {t('empty.action')}
          </HrefLink>
        }
      >
        {t('empty.text')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t('empty.rangeTitle')}
      action={
        <button className={styles.action} onClick={onAll}>
          {t('empty.rangeAction')}
        </button>
      }
    >
      {t('empty.rangeText')}
    </EmptyState>
  );
}

function Trouble({ retry }: { retry: () => void }) {
  const { t } = useTranslation('stats');
  return (
    <Page title={t('title')}>
      <div role="alert">
        <EmptyState
          title={t('trouble.title')}
          action={
            <button className={styles.action} onClick={retry}>
              {t('trouble.action')}
            </button>
          }
        >
          {t('trouble.text')}
        </EmptyState>
      </div>
    </Page>
  );
}

function Loading() {
  const { t } = useTranslation('stats');
  return (
    <Page title={t('title')}>
      <div className={styles.page} aria-busy="true">
        <Skeleton kind="title" />
        <Skeleton kind="line" />
        <Skeleton kind="chart" />
      </div>
    </Page>
  );
}
