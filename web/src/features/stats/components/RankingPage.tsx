import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { RankedList } from '@/components/charts';

import { Page } from '@/components/Page';
import { AFFINITY_SORTS, type RankingSearch } from '@/lib/search/stats';

import { affinitiesOptions } from '../api/queries';
import type { AffinityType } from '../model/types';
import styles from './ranking.module.css';
import { Skeleton } from './Skeleton';
import { useRanked } from './useRanked';

export const RANKED_TYPES: AffinityType[] = [
  'director',
  'actor',
  'genre',
  'country',
  'language',
  'decade',
];
const LEAST_RATED = 3;

interface Props {
  type: AffinityType;
  search: RankingSearch;
  onSearch: (search: RankingSearch) => void;
}

/** Everybody and everything of one kind, to the last. */
export function RankingPage({ type, search, onSearch }: Props) {
  const { t } = useTranslation('stats');
  const sort = search.sort ?? 'count';
  const query = {
    type,
    sort,
    q: search.q || undefined,
    min_rated: sort === 'bayes' ? LEAST_RATED : undefined,
  };
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    affinitiesOptions(query),
  );
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const { ranked, title } = useRanked(type, sort, rows);
  return (
    <Page
      title={
        search.q ? t('search.found', { count: data?.pages[0]?.total ?? 0, q: search.q }) : title
      }
    >
      <div className={styles.page}>
        <nav className={styles.choices} aria-label={t('kinds')}>
          {RANKED_TYPES.map((each) => (
            <Link
              key={each}
              to="/stats/ranking/$type"
              params={{ type: each }}
              search={{ sort: search.sort }}
              className={styles.choice}
              aria-current={each === type ? 'page' : undefined}
            >
              {t(`kind.${each}`)}
            </Link>
          ))}
        </nav>
        <div className={styles.controls}>
          <div className={styles.choices} role="group" aria-label={t('sort.label')}>
            {AFFINITY_SORTS.map((each) => (
              <button
                key={each}
                className={styles.choice}
                aria-pressed={sort === each}
                onClick={() => onSearch({ ...search, sort: each })}
              >
                {t(`sort.${each}`)}
              </button>
            ))}
          </div>
          <input
            type="search"
            className={styles.search}
            value={search.q ?? ''}
            placeholder={t('search.any')}
            aria-label={t('search.any')}
            onChange={(event) => onSearch({ ...search, q: event.target.value || undefined })}
          />
        </div>
        {sort === 'bayes' && <p className={styles.note}>{t('sort.bayesNote')}</p>}
        {isPending ? <Skeleton kind="chart" /> : <RankedList label={title} data={ranked} />}
        {!isPending && rows.length === 0 && (
          <p className={styles.empty}>{t(search.q ? 'search.none' : 'sort.tooFew')}</p>
        )}
        {hasNextPage && (
          <button
            className={styles.more}
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t('more')}
          </button>
        )}
      </div>
    </Page>
  );
}
