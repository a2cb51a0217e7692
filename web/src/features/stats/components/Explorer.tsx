import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { RankedList } from '@/components/charts';

import { affinitiesOptions, type AffinitySort } from '../api/queries';
import { useRanked } from './useRanked';
import { useStatsWords } from '../useStatsWords';
import styles from './ranking.module.css';
import { Skeleton } from './Skeleton';

const SHOWN = 10;
const LEAST_RATED = 3;

/** People by films seen or by Bayesian mean, with a search and the way to the whole list. */
export function Explorer({ type }: { type: 'director' | 'actor' }) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const id = useId();
  const [sort, setSort] = useState<AffinitySort>('count');
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = {
    type,
    sort,
    q: q || undefined,
    min_rated: sort === 'bayes' ? LEAST_RATED : undefined,
  };
  const { data, isPending } = useInfiniteQuery(affinitiesOptions(query, SHOWN));
  const rows = data?.pages[0]?.items ?? [];
  const { ranked, title } = useRanked(type, sort, rows);
  return (
    <section className={styles.explorer} aria-labelledby={id}>
      <h3 className={styles.title} id={id}>
        {q ? t('search.found', { count: data?.pages[0]?.total ?? 0, q }) : title}
      </h3>
      <div className={styles.controls}>
        <div className={styles.choices} role="group" aria-label={t('sort.label')}>
          {(['count', 'bayes'] as const).map((each) => (
            <button
              key={each}
              className={styles.choice}
              aria-pressed={sort === each}
              onClick={() => setSort(each)}
            >
              {t(`sort.${each}`)}
            </button>
          ))}
        </div>
        <input
          type="search"
          className={styles.search}
          value={text}
          placeholder={t(`search.${type}`)}
          aria-label={t(`search.${type}`)}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {isPending ? <Skeleton kind="chart" /> : <RankedList label={title} data={ranked} />}
      {!isPending && rows.length === 0 && (
        <p className={styles.empty}>{t(q ? 'search.none' : 'sort.tooFew')}</p>
      )}
      {data?.pages[0]?.next && (
        <Link
          to="/stats/ranking/$type"
          params={{ type }}
          search={{ sort, q: q || undefined }}
          className={styles.all}
        >
          {t(`all.${type}`, { n: n.whole(data.pages[0].total) })}
        </Link>
      )}
    </section>
  );
}
