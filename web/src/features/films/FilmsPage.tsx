import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/FilterBar';
import { Page } from '@/components/Page';
import { PosterGrid, PosterGridSkeleton } from '@/components/PosterGrid';
import { SearchBox } from '@/components/SearchBox';
import { FilmCaption } from './FilmCaption';
import { filmsOptions } from '@/lib/queries/films';
import { usePaged } from '@/lib/queries/usePaged';
import type { FilmsSearch } from '@/lib/search/films';
import styles from './FilmsPage.module.css';
import { Facets } from './Facets';

interface Props {
  search: FilmsSearch;
  onSearch: (search: FilmsSearch) => void;
}

const filmOf = (film: Film) => film;

/** All the films of the house, narrowed by what one asks. */
export function FilmsPage({ search, onSearch }: Props) {
  const { t } = useTranslation('films');
  const { items, total, onMore, pending, stale, error } = usePaged<Film>(filmsOptions(search));
  if (error) throw error;
  return (
    <Page
      title={t('title')}
      lead={pending ? undefined : t('common:films', { count: total })}
      actions={
        <Link
          to="/films/new"
          search={search.q ? { title: search.q } : {}}
          className={buttonClass('plain')}
        >
          <Plus size={18} strokeWidth={1.75} aria-hidden />
          {t('own')}
        </Link>
      }
    >
      <div className={styles.controls}>
        <SearchBox
          label={t('search')}
          value={search.q ?? ''}
          onChange={(q) => onSearch({ ...search, q: q || undefined })}
        />
        <Facets search={search} onSearch={onSearch} />
        <FilterBar search={search} onSearch={onSearch} />
      </div>
      <p className="visually-hidden" role="status">
        {pending ? '' : t('common:films', { count: total })}
      </p>
      {pending && <PosterGridSkeleton />}
      {!pending && items.length === 0 && (
        <EmptyState
          title={t('nothing.title')}
          action={
            <Link
              to="/films/new"
              search={search.q ? { title: search.q } : {}}
              className={buttonClass('main')}
            >
              {t('nothing.action')}
            </Link>
          }
        >
          {t('nothing.text')}
        </EmptyState>
      )}
      <div className={styles.results} data-stale={stale || undefined}>
        <PosterGrid
          items={items}
          film={filmOf}
          caption={(film) => <FilmCaption film={film} />}
          total={total}
          onMore={onMore}
          label={t('title')}
        />
      </div>
    </Page>
  );
}
