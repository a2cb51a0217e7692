import { Link } from '@tanstack/react-router';
import { Shuffle } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api/types';
import { Button, buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { SelectField } from '@/components/Field';
import { Page } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { PosterGrid, PosterGridSkeleton } from '@/components/PosterGrid';
import { SearchBox } from '@/components/SearchBox';
import { useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import { libraryOptions } from '@/lib/queries/library';
import { usePaged } from '@/lib/queries/usePaged';
import type { LibrarySearch } from '@/lib/search/library';
import { tidy } from '@/lib/search/read';
import { logFilm } from '@/lib/shell';
import styles from './Library.module.css';

interface Props {
  search: LibrarySearch;
  onSearch: (search: LibrarySearch) => void;
}

const SORTS = ['-added', 'added', 'title', 'year', '-year', 'runtime', '-runtime'] as const;
const filmOf = (entry: Entry) => entry.film;

/** What I mean to see; and when I cannot choose, one of them. */
export function WatchlistPage({ search, onSearch }: Props) {
  const { t } = useTranslation('library');
  const format = useFormat();
  const [turn, setTurn] = useState<number | null>(null);
  const { items, total, onMore, pending, error } = usePaged<Entry>(
    libraryOptions({ sort: '-added', ...search, watchlist: true }),
  );
  if (error) throw error;
  const picked = turn === null ? undefined : items[turn % items.length];
  return (
    <Page
      title={t('watchlist.title')}
      lead={pending ? undefined : t('common:films', { count: total })}
      actions={
        items.length > 1 && (
          <Button
            icon={Shuffle}
            onClick={() => {
              const step = 1 + Math.floor(Math.random() * (items.length - 1));
              setTurn(((turn ?? Math.floor(Math.random() * items.length)) + step) % items.length);
            }}
          >
            {t('watchlist.pick')}
          </Button>
        )
      }
    >
      {picked && <Pick entry={picked} />}
      {(total > 0 || search.q) && (
        <div className={styles.controls}>
          <div className={styles.row}>
            <SearchBox
              label={t('search')}
              value={search.q ?? ''}
              onChange={(q) => onSearch(tidy({ ...search, q: q || undefined }))}
            />
            <span />
            <SelectField
              label={t('order')}
              quietLabel
              value={search.sort ?? '-added'}
              options={SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
              onChange={(value) =>
                onSearch({ ...search, sort: SORTS.find((sort) => sort === value) })
              }
            />
          </div>
        </div>
      )}
      {pending && <PosterGridSkeleton />}
      {!pending && total === 0 && (
        <EmptyState
          title={search.q ? t('nothing.title') : t('watchlist.emptyTitle')}
          action={
            <Link to="/films" search={{ seen: 'no' }} className={buttonClass('main')}>
              {t('watchlist.emptyAction')}
            </Link>
          }
        >
          {t('watchlist.emptyText')}
        </EmptyState>
      )}
      <PosterGrid
        items={items}
        film={filmOf}
        caption={({ film }) => (
          <>
            <span>{film.year}</span>
            <span>{film.runtime !== null && format.duration(film.runtime)}</span>
          </>
        )}
        total={total}
        onMore={onMore}
        label={t('watchlist.title')}
      />
    </Page>
  );
}

function Pick({ entry: { film } }: { entry: Entry }) {
  const { t } = useTranslation('library');
  const format = useFormat();
  const actions = useEntryActions();
  const director = film.directors[0]?.name;
  return (
    <section className={styles.pick} aria-live="polite">
      <Poster film={film} decorative />
      <div>
        <p className={styles.note}>{t('watchlist.tonight')}</p>
        <h2 className={styles.pickTitle}>
          <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
            {format.title(film)}
          </Link>
        </h2>
        <p className={styles.note}>
          {[film.year, film.runtime && format.duration(film.runtime), director]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <div className={styles.buttons}>
          <Button kind="main" onClick={() => logFilm(film)}>
            {t('watchlist.seen')}
          </Button>
          <Button onClick={() => actions.watchlist(film, false)}>{t('watchlist.off')}</Button>
        </div>
      </div>
    </section>
  );
}
