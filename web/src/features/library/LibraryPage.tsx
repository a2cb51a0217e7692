import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api/types';
import { buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/FilterBar';
import { Page } from '@/components/Page';
import { PosterGrid, PosterGridSkeleton } from '@/components/PosterGrid';
import { libraryOptions } from '@/lib/queries/library';
import { usePaged } from '@/lib/queries/usePaged';
import type { LibrarySearch } from '@/lib/search/library';
import { without } from '@/lib/search/words';
import { EntryCaption } from './EntryCaption';
import styles from './Library.module.css';
import { Narrow } from './Narrow';

interface Props {
  search: LibrarySearch;
  onSearch: (search: LibrarySearch) => void;
}

const filmOf = (entry: Entry) => entry.film;

/** Nothing asked: what I have seen. Any filter given is the whole question. */
function question(search: LibrarySearch): LibrarySearch {
  const asked = Object.keys(without(search, ['sort', 'q'])).length > 0;
  return { sort: '-watched', ...(asked ? {} : { seen: true }), ...search };
}

/** My films. Every figure of the statistics opens here, with its filters in the address. */
export function LibraryPage({ search, onSearch }: Props) {
  const { t } = useTranslation('library');
  const { items, total, onMore, pending, stale, error } = usePaged<Entry>(
    libraryOptions(question(search)),
  );
  if (error) throw error;
  const narrowed = Object.keys(without(search, ['sort'])).length > 0;
  return (
    <Page title={t('title')} lead={pending ? undefined : t('common:films', { count: total })}>
      <div className={styles.controls}>
        <Narrow search={search} onSearch={onSearch} />
        <FilterBar search={search} onSearch={onSearch} />
      </div>
      <p className="visually-hidden" role="status">
        {pending ? '' : t('common:films', { count: total })}
      </p>
      {pending && <PosterGridSkeleton />}
      {!pending && total === 0 && narrowed && (
        <EmptyState
          title={t('nothing.title')}
          action={
            <button type="button" className={buttonClass('main')} onClick={() => onSearch({})}>
              {t('nothing.action')}
            </button>
          }
        >
          {t('nothing.text')}
        </EmptyState>
      )}
      {!pending && total === 0 && !narrowed && (
        <EmptyState
          title={t('empty.title')}
          action={
            <Link to="/import" className={buttonClass('main')}>
              {t('empty.action')}
            </Link>
          }
        >
          {t('empty.text')}
        </EmptyState>
      )}
      <div className={styles.results} data-stale={stale || undefined}>
        <PosterGrid
          items={items}
          film={filmOf}
          caption={(entry) => <EntryCaption entry={entry} />}
          total={total}
          onMore={onMore}
          label={t('title')}
        />
      </div>
    </Page>
  );
}
