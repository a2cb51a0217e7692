/** Statistics to start a test from. */

import type { Affinity, UserStats } from '../model/types';

export function emptyStats(): UserStats {
  return {
    total_watched: 0,
    rated: 0,
    unrated: 0,
    avg_rating: null,
    sum_ratings: 0,
    watch_time_minutes: 0,
    watch_time_hours: 0,
    viewings: 0,
    viewing_minutes: 0,
    rewatches: 0,
    liked: 0,
    reviews: 0,
    watchlist: 0,
    rating_distribution: {},
    stars_distribution: {},
    monthly_counts: {},
    yearly_counts: {},
    weekday_counts: {},
    genres: [],
    directors: [],
    actors: [],
    countries: [],
    languages: [],
    decades: [],
    best_directors: [],
    best_actors: [],
    best_genres: [],
    favorite_genre: null,
    top_rated_movies: [],
    recent_movies: [],
    seq: 1,
    as_of: null,
    verified_at: null,
    verified_seq: null,
    stats_version: '7',
    recomputing: false,
  };
}

export function withAffinity(id: string, facts: Partial<Affinity> = {}): Affinity {
  return {
    id,
    name: id,
    count: facts.rated ?? 1,
    rated: 1,
    sum_ratings: 3,
    mean_rating: 3,
    bayes_mean: 3,
    rank: 1,
    percentage: 1,
    ...facts,
  };
}
