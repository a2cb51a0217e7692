/** Which films stand behind a figure: the filters of the library, as its address takes them. */

import type { AffinityType } from './types';

export type LibraryFilter = Partial<
  Record<
    | 'seen'
    | 'rated'
    | 'watchlist'
    | 'liked'
    | 'rewatched'
    | 'has_review'
    | 'rating'
    | 'rating_min'
    | 'rating_max'
    | 'genre'
    | 'director'
    | 'actor'
    | 'country'
    | 'language'
    | 'decade'
    | 'watched_year'
    | 'watched_month'
    | 'watched_from'
    | 'watched_to'
    | 'weekday'
    | 'sort',
    string
  >
>;

export interface DateRange {
  from?: string;
  to?: string;
}

/** Narrow a filter to the viewings of a range; a filter that names its own dates keeps them. */
export function within(filter: LibraryFilter, range: DateRange): LibraryFilter {
  const narrowed: LibraryFilter = { ...filter };
  if (range.from && !narrowed.watched_from) narrowed.watched_from = range.from;
  if (range.to && !narrowed.watched_to) narrowed.watched_to = range.to;
  return narrowed;
}

/** The films of one director, actor, genre, country, language or decade. */
export function behindAffinity(type: AffinityType, id: string): LibraryFilter {
  return { seen: 'yes', [type]: id };
}

/** The viewings of one month. */
export function behindMonth(year: string, month: number): LibraryFilter {
  return { watched_year: year, watched_month: String(month), sort: 'watched' };
}

/** The viewings of one day. */
export function behindDay(day: string): LibraryFilter {
  return { watched_from: day, watched_to: day };
}

/** The films of one rating; `null` for those seen and not rated. */
export function behindRating(stars: string | null): LibraryFilter {
  return stars === null ? { seen: 'yes', rated: 'no' } : { rating: stars };
}

/** The address of the library page that shows these films. */
export function libraryHref(filter: LibraryFilter): string {
  const query = new URLSearchParams(filter).toString();
  return query ? `/library?${query}` : '/library';
}
