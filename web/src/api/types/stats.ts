import type { PersonRef } from './common';

export type AffinityType = 'director' | 'actor' | 'genre' | 'country' | 'language' | 'decade';

export interface Affinity {
  id: string;
  name: string;
  count: number;
  rated: number;
  sum_ratings: number;
  mean_rating: number | null;
  bayes_mean: number | null;
  rank: number;
  percentage: number;
}

export interface EntryRow {
  film_id: string;
  title: string;
  title_en: string | null;
  title_it: string | null;
  year: number | null;
  rating: number | null;
  runtime: number | null;
  last_watched: string | null;
  watch_count: number;
  genres: string[];
  directors: PersonRef[];
}

export type Counts = Record<string, number>;

export interface UserStats {
  total_watched: number;
  rated: number;
  unrated: number;
  avg_rating: number | null;
  sum_ratings: number;
  watch_time_minutes: number;
  watch_time_hours: number;
  viewings: number;
  viewing_minutes: number;
  rewatches: number;
  liked: number;
  reviews: number;
  watchlist: number;
  rating_distribution: Counts;
  stars_distribution: Counts;
  monthly_counts: Record<string, Counts>;
  yearly_counts: Counts;
  weekday_counts: Counts;
  genres: Affinity[];
  directors: Affinity[];
  actors: Affinity[];
  countries: Affinity[];
  languages: Affinity[];
  decades: Affinity[];
  best_directors: Affinity[];
  best_actors: Affinity[];
  best_genres: Affinity[];
  favorite_genre: string | null;
  top_rated_movies: EntryRow[];
  recent_movies: EntryRow[];
  seq: number;
  as_of: string | null;
  verified_at: string | null;
  verified_seq: number | null;
  stats_version: string;
  recomputing: boolean;
}

export type Move =
  | { kind: 'time'; minutes: number }
  | { kind: 'total'; from: number; to: number }
  | { kind: 'average'; from: number | null; to: number | null }
  | {
      kind: 'rank';
      type: AffinityType;
      id: string;
      name: string;
      from: number | null;
      to: number | null;
    }
  | {
      kind: 'affinity_average';
      type: AffinityType;
      id: string;
      name: string;
      from: number | null;
      to: number | null;
    }
  | { kind: 'milestone'; what: 'films' | 'hours' | 'viewings'; value: number }
  | { kind: 'streak'; days: number }
  | { kind: 'rating_bucket'; rating: number; to: number };

/** The data of an SSE `stats` event. */
export interface StatsEvent {
  seq: number;
  as_of: string;
  total_watched: number;
  avg_rating: number | null;
  viewing_minutes: number;
  watch_time_minutes: number;
  moves: Move[];
}
