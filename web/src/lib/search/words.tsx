import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { PersonName } from '@/components/PersonName';
import type { Formats } from '@/lib/format';
import type { FilmsSearch } from './films';
import type { LibrarySearch } from './library';

export type AnyFilter = keyof (LibrarySearch & FilmsSearch);

export interface Said {
  /** The filters that this chip stands for. */
  keys: AnyFilter[];
  words: ReactNode;
}

type Words = (value: never, t: TFunction, format: Formats) => ReactNode;

/** One filter in human words; those that belong together are said together in `said`. */
const WORDS: Partial<Record<AnyFilter, Words>> = {
  q: (value: string, t) => t('filter.q', { q: value }),
  seen: (value: boolean | 'yes' | 'no', t) =>
    t(value === true || value === 'yes' ? 'filter.seen' : 'filter.unseen'),
  rated: (value: boolean, t) => t(value ? 'filter.rated' : 'filter.unrated'),
  watchlist: (value: boolean, t) => t(value ? 'filter.watchlist' : 'filter.notWatchlist'),
  liked: (value: boolean, t) => t(value ? 'filter.liked' : 'filter.notLiked'),
  tag: (value: string, t) => t('filter.tag', { tag: value }),
  rating: (value: number, t, format) => t('filter.rating', { stars: format.stars(value) }),
  rating_min: (value: number, t, format) => t('filter.ratingMin', { stars: format.stars(value) }),
  rating_max: (value: number, t, format) => t('filter.ratingMax', { stars: format.stars(value) }),
  genre: (value: string, t) => t(`genre.${value}`, { defaultValue: value }),
  director: (value: string, t) => (
    <span>
      {t('filter.director')} <PersonName id={value} />
    </span>
  ),
  actor: (value: string, t) => (
    <span>
      {t('filter.actor')} <PersonName id={value} />
    </span>
  ),
  person: (value: string, t) => (
    <span>
      {t('filter.actor')} <PersonName id={value} />
    </span>
  ),
  country: (value: string, _t, format) => format.country(value),
  language: (value: string, t, format) =>
    t('filter.language', { language: format.languageName(value) }),
  decade: (value: string, t) => t('decade', { decade: value }),
  year: (value: number, t) => t('filter.year', { year: value }),
  year_from: (value: number, t) => t('filter.yearFrom', { year: value }),
  year_to: (value: number, t) => t('filter.yearTo', { year: value }),
  runtime_max: (value: number, t, format) =>
    t('filter.runtimeMax', { time: format.duration(value) }),
  watched_year: (value: number, t) => t('filter.watchedYear', { year: value }),
  watched_month: (value: number, t, format) =>
    t('filter.watchedMonth', { month: format.monthName(value) }),
  watched_from: (value: string, t, format) => t('filter.watchedFrom', { date: format.date(value) }),
  watched_to: (value: string, t, format) => t('filter.watchedTo', { date: format.date(value) }),
  weekday: (value: number, t, format) => t('filter.weekday', { day: format.weekday(value) }),
  context: (value: string, t) => t('filter.context', { place: t(`place.${value}`) }),
  rewatched: (value: boolean, t) => t(value ? 'filter.rewatched' : 'filter.once'),
  has_review: (value: boolean, t) => t(value ? 'filter.reviewed' : 'filter.unreviewed'),
  import_id: (_value: string, t) => t('filter.import'),
};

/** The filters in force, as chips would say them. */
export function said(
  search: LibrarySearch & Omit<FilmsSearch, 'seen' | 'sort'>,
  t: TFunction,
  format: Formats,
): Said[] {
  const rest = new Map(Object.entries(search) as [AnyFilter, unknown][]);
  const chips: Said[] = [];
  if (search.watched_year && search.watched_month) {
    const month = `${search.watched_year}-${String(search.watched_month).padStart(2, '0')}`;
    chips.push({
      keys: ['watched_year', 'watched_month'],
      words: t('filter.watchedIn', { month: format.month(month) }),
    });
    rest.delete('watched_year');
    rest.delete('watched_month');
  }
  if (search.watched_from && search.watched_from === search.watched_to) {
    chips.push({
      keys: ['watched_from', 'watched_to'],
      words: t('filter.watchedOn', { date: format.date(search.watched_from) }),
    });
    rest.delete('watched_from');
    rest.delete('watched_to');
  }
  for (const [key, value] of rest) {
    const words = WORDS[key] as ((v: unknown, t: TFunction, f: Formats) => ReactNode) | undefined;
    if (words) chips.push({ keys: [key], words: words(value, t, format) });
  }
  return chips;
}

export function without<T extends object>(search: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(search).filter(([key]) => !keys.includes(key))) as T;
}
