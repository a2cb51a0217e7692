/** Suggestions to start a test from. */

import type { Film } from '@/api/types';
import type { Preferences, Suggestion, Suggestions, Why } from '@/lib/queries/recommendations';

export const KNOBS: Preferences = {
  popularity: 0,
  recency: 0,
  variety: 0.3,
  algorithm: 'learnt',
  mood: 'any',
  genres: [],
  without_genres: [],
  max_minutes: null,
  rest_days: 7,
  together: false,
  age_band: null,
  country: null,
};

export function film(film_id: string, title: string, more: Partial<Film> = {}): Film {
  return {
    film_id,
    tmdb_id: null,
    imdb_id: null,
    title,
    title_en: null,
    title_it: null,
    year: 1961,
    runtime: 110,
    genres: ['Drama'],
    directors: [{ id: 'nm1', name: 'Akira Kurosawa' }],
    cast: [],
    countries: ['JP'],
    languages: ['ja'],
    poster_url: null,
    votes: 1000,
    mean_rating: 4,
    private: false,
    version: 1,
    mine: null,
    community: { watched: 0, rated: 0, mean_rating: null },
    ...more,
  };
}

/** A film whose score is 1.5 and whose stars are 4.13, unless told otherwise. */
export function suggestion(more: Partial<Suggestion> = {}, of = film('yojimbo', 'Yojimbo')) {
  const made: Suggestion = {
    film_id: of.film_id,
    title: of.title,
    year: of.year,
    score: 1.5,
    predicted_rating: 4,
    predicted: 4.13,
    interval: { low: 3.1, high: 4.9 },
    terms: [
      {
        kind: 'rating',
        label: 'Seven Samurai',
        title_it: 'I sette samurai',
        film_id: 'samurai',
        stars: 5,
        value: 1.2,
        by_model: { ease: 0.9, content: 0.3 },
      },
      { kind: 'base', label: '', model: 'popularity', value: 0.5, by_model: {} },
      { kind: 'variety', label: '', value: -0.2, by_model: {} },
    ],
    stars_terms: [
      { kind: 'overall', label: '', value: 3.4 },
      {
        kind: 'rating',
        label: 'Seven Samurai',
        title_it: 'I sette samurai',
        film_id: 'samurai',
        stars: 5,
        value: 0.73,
      },
    ],
    facts: [
      { kind: 'director', name: 'Akira Kurosawa', value: 0.2 },
      { kind: 'genre', name: 'Drama', value: 0.1 },
    ],
    film: of,
    ...more,
  };
  return made;
}

export function suggestions(items: Suggestion[], more: Partial<Suggestions> = {}): Suggestions {
  return {
    items,
    model: {
      version: 'm1',
      source: 'own',
      trained_at: '2026-03-01T20:15:00Z',
      fallback: false,
      new_films: 0,
      algorithm: 'learnt',
      weights: { ease: 0.5, ials: 0.5 },
    },
    rated: 120,
    seen: 130,
    left_out: { seen: 130, muted: 0, not_interested: 0, resting: 0, filtered: 0 },
    ...more,
  };
}

export function why(item: Suggestion, more: Partial<Why> = {}): Why {
  return {
    item,
    place: 1,
    of: 300,
    listed: true,
    reasons: [],
    needed: 1.1,
    held_up_by: [
      {
        film_id: 'samurai',
        title: 'Seven Samurai',
        title_en: null,
        title_it: 'I sette samurai',
        stars_now: 5,
        stars: null,
        place_before: 1,
        place_after: 12,
        predicted_before: 4.13,
        predicted_after: 3.6,
        model: 'm1',
      },
    ],
    model: 'm1',
    ...more,
  };
}
