/** A server's answers about a small recommender, and the stream of a job, for tests. */
import { vi } from 'vitest';
import type {
  Clustering,
  Evaluation,
  Job,
  Live,
  Model,
  ModelStatus,
  Suggestion,
  Suggestions,
} from '../model/types';

export const FILM: Suggestion['film'] = {
  film_id: 'f1',
  tmdb_id: null,
  imdb_id: null,
  title: 'Yojimbo',
  title_en: null,
  title_it: null,
  year: 1961,
  runtime: 110,
  genres: ['Drama'],
  directors: [{ id: 'p1', name: 'Akira Kurosawa' }],
  cast: [],
  countries: ['JP'],
  languages: ['ja'],
  poster_url: null,
  votes: 10,
  mean_rating: 8,
  private: false,
  version: 1,
  mine: null,
  community: { watched: 0, rated: 0, mean_rating: null },
};

export function job(change: Partial<Job> = {}): Job {
  return {
    job_id: 'j1',
    kind: 'optimise-k',
    status: 'running',
    options: {},
    asked_at: '2026-03-01T10:00:00Z',
    started_at: '2026-03-01T10:00:01Z',
    ended_at: null,
    progress: 0,
    phase: '',
    result: null,
    error: null,
    failure: null,
    ...change,
  };
}

const measure = (value: number, n = 200) => ({ value, low: value - 0.01, high: value + 0.01, n });

export function model(change: Partial<Model> = {}): Model {
  return {
    version: 'm2',
    status: 'champion',
    created_at: '2026-03-01T09:00:00Z',
    promoted_at: '2026-03-01T09:00:00Z',
    source: 'hybrid',
    origins: [{ name: 'own', licence: 'private', ratings: 900, users: 12 }],
    fingerprint: 'abc123',
    users: 12,
    films: 40,
    ratings: 900,
    density: 0.04,
    k: 10,
    weights: { ease: 0.4 },
    hold_out: { rmse: measure(0.85), 'ndcg@10': measure(0.31) },
    explained_variance: 0.23,
    noise_floor: null,
    seconds: { stars: 3.2 },
    options: { seed: 42, stars: { factors: 10 } },
    ...change,
  };
}

export const STATUS: ModelStatus = {
  is_trained: true,
  n_components: 10,
  explained_variance: 0.234,
  training_source: 'hybrid',
  last_updated: '2026-03-01T09:00:00Z',
  version: 'm2',
  n_clusters: 4,
  optimal_k: { k_svd: 10, k_cluster: 4 },
  running: null,
};

/** What the model says to somebody who has rated nothing. */
export const SUGGESTED: Suggestions = {
  items: [],
  model: {
    version: 'm2',
    source: 'hybrid',
    trained_at: '2026-03-01T09:00:00Z',
    fallback: false,
    new_films: 0,
    algorithm: 'learnt',
    weights: {},
  },
  rated: 0,
  seen: 0,
  left_out: {},
};

export const EVALUATION: Evaluation = {
  rmse: 0.85,
  mae: 0.65,
  measures: { rmse: measure(0.85), mae: measure(0.65), 'ndcg@10': measure(0.31) },
  segments: {
    '100 and more': { 'ndcg@10': measure(0.4, 20) },
    'under 20 ratings': { 'ndcg@10': measure(0.2, 30) },
  },
  baselines: { popularity: { 'ndcg@10': measure(0.22) }, bias: { rmse: measure(0.9) } },
  evaluated_at: '2026-03-01T09:00:00Z',
  note: null,
};

export const CLUSTERING: Clustering = {
  n_clusters: 0,
  points: [],
  people: null,
  films: {
    silhouette: 0.35,
    balance: 0.8,
    stability: 0.9,
    clear: true,
    groups: [
      { name: 'Drama', size: 3, features: [['genre', 'Drama', 2.1]], films: [FILM] },
      { name: 'Horror', size: 1, features: [['genre', 'Horror', 3.4]], films: [] },
    ],
    points: [
      { x: 0, y: 0, group: 0, film_id: 'f1', title: 'Yojimbo', year: 1961, count: 9 },
      { x: 1, y: 0, group: 0, film_id: 'f2', title: 'Ran', year: 1985, count: 5 },
      { x: 0.5, y: 1, group: 1, film_id: 'f3', title: 'Alien', year: 1979, count: 7 },
    ],
  },
  too_few: 'There are 3 people.',
};

export const LIVE: Live = {
  model_status: {},
  current_performance: {},
  dataset_info: {},
  drift: {
    verdict: 'some',
    ratings: 412,
    stars: 0.12,
    genres: 0.05,
    error: null,
    stars_before: { '3': 0.5, '4': 0.5 },
    stars_now: { '3': 0.25, '4': 0.75 },
  },
  jobs: [],
  timestamp: '2026-03-01T10:00:00Z',
};

/** A browser's event source whose events the test makes. */
export class Source {
  static all: Source[] = [];
  static readonly CLOSED = 2;
  readyState = 1;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    Source.all.push(this);
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  say(number: number, message: object): void {
    const data = JSON.stringify(message);
    this.onmessage?.(new MessageEvent('message', { data, lastEventId: String(number) }));
  }

  /** The line breaks for good, as when the server is started anew. */
  fail(): void {
    this.readyState = Source.CLOSED;
    this.onerror?.();
  }
}

export function stubSource(): typeof Source {
  Source.all = [];
  vi.stubGlobal('EventSource', Source);
  return Source;
}
