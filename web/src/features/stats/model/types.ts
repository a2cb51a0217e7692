/** The shapes of the statistics that this feature reads; ratings are stars. */

import type { Affinity, EntryRow } from '@/api/types';

export type { Affinity, AffinityType, EntryRow, Move, StatsEvent, UserStats } from '@/api/types';

export interface Verdict {
  film: EntryRow;
  mine: number;
  community: number;
}

export interface Milestone {
  kind: 'films' | 'hours' | 'viewings';
  value: number;
  reached_on: string;
  film: EntryRow | null;
}

export interface Highlights {
  seq: number;
  longest: EntryRow[];
  shortest: EntryRow[];
  oldest: EntryRow[];
  most_rewatched: EntryRow[];
  streaks: {
    current_days: number;
    longest_days: number;
    longest_from: string | null;
    longest_to: string | null;
    current_weeks: number;
    longest_weeks: number;
  };
  milestones: Milestone[];
  versus: {
    mine: number | null;
    community: number | null;
    films: number;
    difference: number | null;
    most_above: Verdict[];
    most_below: Verdict[];
  };
}

export interface DaysOfYear {
  year: number;
  days: Record<string, number>;
  years: number[];
}

export interface YearInReview {
  year: number;
  years: number[];
  films: number;
  viewings: number;
  minutes: number;
  rewatches: number;
  avg_rating: number | null;
  first_film: EntryRow | null;
  last_film: EntryRow | null;
  top_rated: EntryRow[];
  most_watched_director: Affinity | null;
  most_watched_actor: Affinity | null;
  genres: Affinity[];
  countries: Affinity[];
  decades: Affinity[];
  busiest_month: string | null;
  busiest_day: string | null;
  longest_streak: number;
  months: Record<string, number>;
  days?: Record<string, number>;
  first_viewings: number;
  rewatched: EntryRow[];
  milestones: Milestone[];
  new_directors: number;
  compared_to_previous: { films: number; minutes: number; avg_rating: number | null } | null;
}

export interface CheckResult {
  verified_at: string | null;
  differences: number | unknown[] | null;
  checked_seq: number | null;
}

export type TrendWindow = '24h' | '48h' | '7d' | '30d';

export interface Trends {
  top_movies: {
    film_id: string;
    title: string;
    title_en: string | null;
    title_it: string | null;
    year: number | null;
    genres: string[];
    poster_path: string | null;
    count: number;
  }[];
  trending_genres: { genre: string; count: number; percentage: number }[];
  updated_at: string | null;
  window: TrendWindow;
}
