/** What a finding is: a claim with its numbers and the films behind it. */

import type { LibraryFilter } from './filters';
import type { Highlights, UserStats } from './types';

export type Finding = { topic: Topic; strength: number; filter: LibraryFilter } & FindingFacts;

export type Topic = 'when' | 'who' | 'what' | 'judgement' | 'again' | 'amount';

export type FindingFacts =
  | { id: 'month'; month: number; ratio: number; years: number }
  | { id: 'fullest_month'; year: string; month: number; count: number; whole: number }
  | { id: 'weekday'; weekday: number; share: number; ratio: number }
  | { id: 'year_change'; year: string; before: string; count: number; countBefore: number }
  | { id: 'streak'; days: number; from: string; to: string }
  | { id: 'genre_loved'; genre: string; above: number; rated: number }
  | { id: 'genre_hard'; genre: string; below: number; rated: number }
  | { id: 'director'; person: string; count: number; mean: number | null }
  | { id: 'decade'; decade: string; share: number; count: number }
  | { id: 'countries'; countries: number; country: string; share: number }
  | { id: 'versus'; difference: number; films: number }
  | { id: 'versus_same'; difference: number; films: number }
  | { id: 'usual_rating'; stars: string; share: number }
  | { id: 'no_halves'; share: number }
  | { id: 'rewatches'; share: number; count: number }
  | { id: 'time'; minutes: number; films: number };

export interface Known {
  stats: UserStats;
  highlights?: Highlights | null;
  /** The calendar year that still runs: it is never compared with a whole one. */
  currentYear: number;
}
