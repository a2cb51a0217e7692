import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Facet } from '@/api/types';
import { SelectField } from '@/components/Field';
import { useFormat } from '@/lib/format';
import { facetsOptions } from '@/lib/queries/films';
import { FILM_SORTS, type FilmsSearch } from '@/lib/search/films';
import { tidy } from '@/lib/search/read';
import styles from './FilmsPage.module.css';

interface Props {
  search: FilmsSearch;
  onSearch: (search: FilmsSearch) => void;
}

const LENGTHS = [90, 105, 120, 150, 180];

/** By genre, decade, country, language, length and whether I saw it; and in what order. */
export function Facets({ search, onSearch }: Props) {
  const { t } = useTranslation('films');
  const format = useFormat();
  const { data } = useQuery(facetsOptions);

  const options = (facets: Facet[] | undefined, name: (id: string) => string, sorted = true) => {
    const all = (facets ?? []).map((facet) => ({
      value: facet.id,
      label: `${name(facet.id)} · ${format.number(facet.count)}`,
      name: name(facet.id),
    }));
    if (sorted) all.sort((a, b) => a.name.localeCompare(b.name, format.locale));
    return [{ value: '', label: t('any') }, ...all];
  };
  const set = (change: FilmsSearch) => onSearch(tidy({ ...search, ...change }));

  return (
    <div className={styles.facets}>
      <SelectField
        label={t('facet.genre')}
        value={search.genre ?? ''}
        options={options(data?.genres, (id) => t(`common:genre.${id}`, { defaultValue: id }))}
        onChange={(genre) => set({ genre: genre || undefined })}
      />
      <SelectField
        label={t('facet.decade')}
        value={search.decade ?? ''}
        options={options(data?.decades, (decade) => t('common:decade', { decade }), false)}
        onChange={(decade) => set({ decade: decade || undefined })}
      />
      <SelectField
        label={t('facet.country')}
        value={search.country ?? ''}
        options={options(data?.countries, format.country)}
        onChange={(country) => set({ country: country || undefined })}
      />
      <SelectField
        label={t('facet.language')}
        value={search.language ?? ''}
        options={options(data?.languages, format.languageName)}
        onChange={(language) => set({ language: language || undefined })}
      />
      <SelectField
        label={t('facet.length')}
        value={String(search.runtime_max ?? '')}
        options={[
          { value: '', label: t('any') },
          ...LENGTHS.map((minutes) => ({
            value: String(minutes),
            label: t('upTo', { time: format.duration(minutes) }),
          })),
        ]}
        onChange={(value) => set({ runtime_max: value ? Number(value) : undefined })}
      />
      <SelectField
        label={t('facet.seen')}
        value={search.seen ?? ''}
        options={[
          { value: '', label: t('any') },
          { value: 'no', label: t('seenNo') },
          { value: 'yes', label: t('seenYes') },
        ]}
        onChange={(value) => set({ seen: value === 'yes' || value === 'no' ? value : undefined })}
      />
      <SelectField
        label={t('facet.sort')}
        value={search.sort ?? (search.q ? 'relevance' : 'popularity')}
        options={FILM_SORTS.filter((sort) => sort !== 'relevance' || search.q).map((sort) => ({
          value: sort,
          label: t(`sort.${sort}`),
        }))}
        onChange={(value) => set({ sort: FILM_SORTS.find((sort) => sort === value) })}
      />
    </div>
  );
}
