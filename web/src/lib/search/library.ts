import { PLACES, type LibraryQuery, type LibrarySort } from '@/api/types';
import { flag, number, oneOf, text, tidy, type Search } from './read';

export const LIBRARY_SORTS = [
  '-watched',
  'watched',
  '-added',
  'added',
  '-rating',
  'rating',
  'title',
  '-title',
  'year',
  '-year',
  'runtime',
  '-runtime',
] as const satisfies readonly LibrarySort[];

export type LibrarySearch = Omit<LibraryQuery, 'limit' | 'cursor'>;

/** The address of /library: every figure of the statistics can be written as one. */
export function librarySearch(search: Search): LibrarySearch {
  return tidy({
    seen: flag(search.seen),
    rated: flag(search.rated),
    watchlist: flag(search.watchlist),
    liked: flag(search.liked),
    tag: text(search.tag),
    rating: number(search.rating),
    rating_min: number(search.rating_min),
    rating_max: number(search.rating_max),
    genre: text(search.genre),
    director: text(search.director),
    actor: text(search.actor),
    country: text(search.country),
    language: text(search.language),
    decade: text(search.decade),
    year: number(search.year),
    watched_year: number(search.watched_year),
    watched_month: number(search.watched_month),
    watched_from: text(search.watched_from),
    watched_to: text(search.watched_to),
    weekday: number(search.weekday),
    context: oneOf(PLACES)(search.context),
    rewatched: flag(search.rewatched),
    has_review: flag(search.has_review),
    import_id: text(search.import_id),
    q: text(search.q),
    sort: oneOf(LIBRARY_SORTS)(search.sort),
  });
}

export interface DiarySearch {
  year?: number;
  month?: number;
}

export function diarySearch(search: Search): DiarySearch {
  return tidy({ year: number(search.year), month: number(search.month) });
}
