/** The stars that were given before and since, as shares. Pure. */
import type { Drift } from './types';

export interface StarsBin {
  stars: number;
  before: number;
  now: number;
}

/** One bin for each half star that either has, from the least; shares of each whole. */
export function binsOf(drift: Pick<Drift, 'stars_before' | 'stars_now'>): StarsBin[] {
  const before = shares(drift.stars_before);
  const now = shares(drift.stars_now);
  return [...new Set([...before.keys(), ...now.keys()])]
    .sort((a, b) => a - b)
    .map((stars) => ({ stars, before: before.get(stars) ?? 0, now: now.get(stars) ?? 0 }));
}

function shares(counts: Record<string, number>): Map<number, number> {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0) || 1;
  return new Map(Object.entries(counts).map(([stars, count]) => [Number(stars), count / all]));
}
