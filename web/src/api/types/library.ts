import type { FilmFacts } from './films';

export const PLACES = [
  'cinema',
  'home',
  'streaming',
  'tv',
  'festival',
  'travel',
  'friends',
  'other',
] as const;
export type Place = (typeof PLACES)[number];

export interface Watch {
  watch_id: string;
  /** "" (unknown), "2024", "2024-05" or "2024-05-17". */
  date: string;
  rewatch: boolean;
  context: Place | null;
}

export interface Entry {
  film: FilmFacts;
  rating: number | null;
  liked: boolean;
  watchlist: boolean;
  watchlist_added_at: string | null;
  tags: string[];
  review: string | null;
  watches: Watch[];
  seen: boolean;
  added_at: string;
  rated_at: string | null;
  updated_at: string;
  last_watched: string | null;
  version: number;
  seq: number;
}

export interface Removed {
  film_id: string;
  seq: number;
  removed: Entry;
}

export interface EntryPatch {
  rating?: number | null;
  liked?: boolean;
  watchlist?: boolean;
  tags?: string[];
  review?: string | null;
  seen?: boolean;
}

export interface WatchDraft {
  date: string;
  rewatch?: boolean;
  context?: Place | null;
  rating?: number | null;
}

export type LibrarySort =
  | '-watched'
  | 'watched'
  | '-added'
  | 'added'
  | '-rating'
  | 'rating'
  | 'title'
  | '-title'
  | 'year'
  | '-year'
  | 'runtime'
  | '-runtime';

/** The filters of GET /api/library; every figure of the statistics is such a set. */
export interface LibraryQuery {
  seen?: boolean;
  rated?: boolean;
  watchlist?: boolean;
  liked?: boolean;
  tag?: string;
  rating?: number;
  rating_min?: number;
  rating_max?: number;
  genre?: string;
  director?: string;
  actor?: string;
  country?: string;
  language?: string;
  decade?: string;
  year?: number;
  watched_year?: number;
  watched_month?: number;
  watched_from?: string;
  watched_to?: string;
  weekday?: number;
  context?: Place;
  rewatched?: boolean;
  has_review?: boolean;
  import_id?: string;
  q?: string;
  sort?: LibrarySort;
  limit?: number;
  cursor?: string;
}

export interface DiaryRow {
  watch: Watch;
  entry: Entry;
}

export interface DiaryQuery {
  year?: number;
  month?: number;
  film_id?: string;
  sort?: 'date' | '-date';
  limit?: number;
  cursor?: string;
}

export interface FilmList {
  list_id: string;
  name: string;
  description: string | null;
  count: number;
  preview: FilmFacts[];
  version: number;
  updated_at: string;
}

export interface ListItem {
  position: number;
  note: string | null;
  film: FilmFacts;
}
