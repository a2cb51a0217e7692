import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Entry } from '@/api/types';
import { Button, buttonClass } from '@/components/Button';
import { Poster } from '@/components/Poster';
import { PosterSkeleton } from '@/components/Skeleton';
import { refreshFigures } from '@/lib/library/cache';
import { filmsOptions } from '@/lib/queries/films';
import { sayTrouble } from '@/lib/trouble';
import styles from './setup.module.css';

/** A wall of well-known films: press those that you have seen. */
export function FirstFilms() {
  const { t } = useTranslation('setup');
  const { seen, toggle } = useSeen();
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    filmsOptions({ sort: 'popularity' }),
  );
  const films = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <ul className={styles.wall}>
        {isPending && Array.from({ length: 24 }, (_, at) => <PosterSkeleton key={at} />)}
        {films.map((film) => {
          const on = seen.has(film.film_id);
          return (
            <li key={film.film_id}>
              <button
                type="button"
                className={styles.film}
                aria-pressed={on}
                onClick={() => toggle(film.film_id)}
              >
                <Poster film={film} />
                {on && (
                  <span className={styles.mark}>
                    <Check size={22} strokeWidth={2.5} aria-hidden />
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('films.more')}
        </Button>
      )}
      <div className={styles.foot}>
        <p role="status">{t('films.count', { count: seen.size })}</p>
        <Link to="/" className={buttonClass('main')}>
          {seen.size > 0 ? t('films.done') : t('ways.later')}
        </Link>
      </div>
    </>
  );
}

function useSeen() {
  const client = useQueryClient();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const flip = (id: string) =>
    setSeen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const { mutate } = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) =>
      api.patch<Entry>(`/library/${encodeURIComponent(id)}`, { body: { seen: on } }),
    scope: { id: 'first-films' },
    onMutate: ({ id }) => flip(id),
    onError: (error, { id }) => {
      flip(id);
      sayTrouble(error);
    },
    onSettled: () => refreshFigures(client),
  });
  return { seen, toggle: (id: string) => mutate({ id, on: !seen.has(id) }) };
}
