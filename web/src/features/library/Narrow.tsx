import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PLACES } from '@/api/types';
import { Button } from '@/components/Button';
import { SelectField } from '@/components/Field';
import { SearchBox } from '@/components/SearchBox';
import { today, useFormat } from '@/lib/format';
import { GENRES } from '@/lib/genres';
import { tagsOptions } from '@/lib/queries/library';
import { LIBRARY_SORTS, type LibrarySearch } from '@/lib/search/library';
import { tidy } from '@/lib/search/read';
import styles from './Library.module.css';

interface Props {
  search: LibrarySearch;
  onSearch: (search: LibrarySearch) => void;
}

const STARS = [5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5];
const FIRST_DECADE = 1890;

/** Search, order, and the filters people reach for; the rest come with the figures' links. */
export function Narrow({ search, onSearch }: Props) {
  const { t } = useTranslation('library');
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { data: tags } = useQuery({ ...tagsOptions, enabled: open });
  const set = (change: LibrarySearch) => onSearch(tidy({ ...search, ...change }));
  const any = { value: '', label: t('any') };
  const thisYear = Number(today().slice(0, 4));
  const decades = Array.from({ length: (thisYear - FIRST_DECADE) / 10 + 1 }, (_, at) =>
    String(Math.floor(thisYear / 10) * 10 - at * 10),
  );
  const genres = GENRES.map((id) => ({ value: id, label: t(`common:genre.${id}`) })).sort((a, b) =>
    a.label.localeCompare(b.label, format.locale),
  );
  return (
    <>
      <div className={styles.row}>
        <SearchBox
          label={t('search')}
          value={search.q ?? ''}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Button icon={SlidersHorizontal} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('narrow')}
        </Button>
        <SelectField
          label={t('order')}
          quietLabel
          value={search.sort ?? '-watched'}
          options={LIBRARY_SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
          onChange={(value) => set({ sort: LIBRARY_SORTS.find((sort) => sort === value) })}
        />
      </div>
      {open && (
        <div className={styles.panel}>
          <SelectField
            label={t('facet.genre')}
            value={search.genre ?? ''}
            options={[any, ...genres]}
            onChange={(value) => set({ genre: value || undefined })}
          />
          <SelectField
            label={t('facet.decade')}
            value={search.decade ?? ''}
            options={[
              any,
              ...decades.map((decade) => ({
                value: decade,
                label: t('common:decade', { decade }),
              })),
            ]}
            onChange={(value) => set({ decade: value || undefined })}
          />
          <SelectField
            label={t('facet.rating')}
            value={String(search.rating ?? '')}
            options={[
              any,
              ...STARS.map((stars) => ({ value: String(stars), label: format.stars(stars) })),
            ]}
            onChange={(value) => set({ rating: value ? Number(value) : undefined })}
          />
          <SelectField
            label={t('facet.watched')}
            value={String(search.watched_year ?? '')}
            options={[
              any,
              ...Array.from({ length: 30 }, (_, at) => ({
                value: String(thisYear - at),
                label: String(thisYear - at),
              })),
            ]}
            onChange={(value) => set({ watched_year: value ? Number(value) : undefined })}
          />
          <SelectField
            label={t('facet.place')}
            value={search.context ?? ''}
            options={[
              any,
              ...PLACES.map((place) => ({ value: place, label: t(`common:place.${place}`) })),
            ]}
            onChange={(value) => set({ context: PLACES.find((place) => place === value) })}
          />
          <SelectField
            label={t('facet.tag')}
            value={search.tag ?? ''}
            options={[
              any,
              ...(tags?.items ?? []).map((item) => ({
                value: item.tag,
                label: `${item.tag} · ${format.number(item.count)}`,
              })),
            ]}
            onChange={(value) => set({ tag: value || undefined })}
          />
          <SelectField
            label={t('facet.marks')}
            value={mark(search)}
            options={[any, ...MARKS.map((value) => ({ value, label: t(`mark.${value}`) }))]}
            onChange={(value) => set({ ...NO_MARKS, ...(value ? { [value]: true } : {}) })}
          />
        </div>
      )}
    </>
  );
}

const MARKS = ['liked', 'rewatched', 'has_review', 'watchlist'] as const;
const NO_MARKS = {
  liked: undefined,
  rewatched: undefined,
  has_review: undefined,
  watchlist: undefined,
};

function mark(search: LibrarySearch): string {
  return MARKS.find((each) => search[each]) ?? '';
}
