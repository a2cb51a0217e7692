/** What a year's page tells beside its figures, in the order of telling. Pure. */

import {
  behindAffinity,
  behindDay,
  behindMonth,
  type LibraryFilter,
  within,
} from '../model/filters';
import { leader } from '../model/series';
import type { EntryRow, YearInReview } from '../model/types';

export type YearFact = { key: string; filter?: LibraryFilter; film?: EntryRow } & (
  | { kind: 'film'; date: string | null }
  | { kind: 'person'; name: string; films: number }
  | { kind: 'genre'; genre: string; films: number }
  | { kind: 'month'; month: number; viewings: number }
  | { kind: 'day'; day: string; viewings: number }
  | { kind: 'days'; days: number }
  | { kind: 'count'; count: number }
);

export const wholeYear = (year: number) => ({ from: `${year}-01-01`, to: `${year}-12-31` });

/** Return the facts that this year has; what is missing is left out. */
export function yearFacts(review: YearInReview): YearFact[] {
  const { year } = review;
  const span = wholeYear(year);
  const facts: YearFact[] = [];
  if (review.first_film) {
    facts.push({ key: 'first', kind: 'film', film: review.first_film, date: null });
  }
  if (review.last_film && review.last_film.film_id !== review.first_film?.film_id) {
    facts.push({ key: 'last', kind: 'film', film: review.last_film, date: null });
  }
  const person = (key: 'director' | 'actor', row: YearInReview['most_watched_director']) => {
    if (row && row.count >= 2) {
      facts.push({
        key,
        kind: 'person',
        name: row.name,
        films: row.count,
        filter: within(behindAffinity(key, row.id), span),
      });
    }
  };
  person('director', review.most_watched_director);
  person('actor', review.most_watched_actor);
  const [genre] = review.genres;
  if (genre) {
    facts.push({
      key: 'genre',
      kind: 'genre',
      genre: genre.id,
      films: genre.count,
      filter: within(behindAffinity('genre', genre.id), span),
    });
  }
  const month = leader(Object.entries(review.months), ([, count]) => count);
  if (month) {
    facts.push({
      key: 'month',
      kind: 'month',
      month: Number(month[0]),
      viewings: month[1],
      filter: behindMonth(String(year), Number(month[0])),
    });
  }
  const day = leader(Object.entries(review.days ?? {}), ([, count]) => count);
  if (day && day[1] >= 2) {
    facts.push({
      key: 'day',
      kind: 'day',
      day: day[0],
      viewings: day[1],
      filter: behindDay(day[0]),
    });
  }
  const run = longestRun(Object.keys(review.days ?? {}));
  if (run && run.days >= 2) {
    facts.push({
      key: 'streak',
      kind: 'days',
      days: run.days,
      filter: { watched_from: run.from, watched_to: run.to, sort: 'watched' },
    });
  }
  if (review.new_directors > 0) {
    facts.push({
      key: 'newDirectors',
      kind: 'count',
      count: review.new_directors,
      filter: { watched_year: String(year) },
    });
  }
  if (review.rewatches > 0) {
    facts.push({
      key: 'rewatches',
      kind: 'count',
      count: review.rewatches,
      filter: within({ rewatched: 'yes' }, span),
    });
  }
  return facts;
}

const DAY_MS = 86_400_000;

interface Run {
  from: string;
  to: string;
  days: number;
}

/** The longest run of days in a row, the first of equals; null of no day. */
export function longestRun(days: string[]): Run | null {
  const runs: Run[] = [];
  for (const day of days.toSorted()) {
    const last = runs.at(-1);
    if (last && Date.parse(day) - Date.parse(last.to) === DAY_MS) {
      last.to = day;
      last.days += 1;
    } else {
      runs.push({ from: day, to: day, days: 1 });
    }
  }
  return runs.reduce<Run | null>((best, run) => (best && best.days >= run.days ? best : run), null);
}
