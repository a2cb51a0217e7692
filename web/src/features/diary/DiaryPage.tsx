import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DiaryRow } from '@/api/types';
import { Button, buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowSkeletons } from '@/components/Skeleton';
import { today } from '@/lib/format';
import { diaryOptions } from '@/lib/queries/library';
import { userStatsOptions } from '@/lib/queries/stats';
import { usePaged } from '@/lib/queries/usePaged';
import type { DiarySearch } from '@/lib/search/library';
import { logFilm } from '@/lib/shell';
import styles from './Diary.module.css';
import { byMonth } from './months';
import { Month } from './Month';

/** The year as a ledger: a line for every viewing, a heading for every month. */
export function DiaryPage({ search }: { search: DiarySearch }) {
  const { t } = useTranslation('diary');
  const { data: stats } = useQuery(userStatsOptions);
  const years = Object.keys(stats?.yearly_counts ?? {})
    .filter((year) => /^\d{4}$/.test(year))
    .sort()
    .reverse();
  const { items, total, onMore, hasMore, fetchingMore, pending, stale, error } = usePaged<DiaryRow>(
    diaryOptions({ ...search, sort: '-date' }),
  );
  if (error) throw error;
  const thisYear = today().slice(0, 4);
  return (
    <Page
      title={search.year ? t('titleOf', { year: search.year }) : t('title')}
      lead={pending ? undefined : t('common:viewings', { count: total })}
    >
      {years.length > 0 && (
        <nav className={styles.years} aria-label={t('years')}>
          <ul>
            <li>
              <Link to="/diary" search={{}} activeOptions={{ exact: true, includeSearch: true }}>
                {t('all')}
              </Link>
            </li>
            {[...new Set([thisYear, ...years])].map((year) => (
              <li key={year}>
                <Link
                  to="/diary"
                  search={{ year: Number(year) }}
                  activeOptions={{ includeSearch: true }}
                >
                  {year}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {pending && <RowSkeletons count={12} />}
      {!pending && items.length === 0 && (
        <EmptyState
          title={t('empty.title')}
          action={
            search.year ? (
              <Link to="/diary" search={{}} className={buttonClass('main')}>
                {t('empty.whole')}
              </Link>
            ) : (
              <Button kind="main" onClick={() => logFilm()}>
                {t('empty.action')}
              </Button>
            )
          }
        >
          {t('empty.text')}
        </EmptyState>
      )}
      <div className={styles.ledger} data-stale={stale || undefined}>
        {byMonth(items).map((month) => (
          <Month key={month.key} month={month} counts={stats?.monthly_counts} />
        ))}
      </div>
      {hasMore && (
        <div className={styles.more}>
          <Button onClick={onMore} busy={fetchingMore}>
            {t('earlier')}
          </Button>
        </div>
      )}
    </Page>
  );
}
