import { oneOf, text, tidy, type Search } from './read';

export interface RangeSearch {
  from?: string;
  to?: string;
}

/** A day of the calendar, or nothing. */
function day(value: unknown): string | undefined {
  const read = text(value);
  return read && /^\d{4}-\d{2}-\d{2}$/.test(read) && !Number.isNaN(Date.parse(read))
    ? read
    : undefined;
}

/** The address of /statistics: two days, in order. */
export function rangeSearch(search: Search): RangeSearch {
  const [from, to] = [day(search.from), day(search.to)];
  return tidy(from && to && from > to ? { from: to, to: from } : { from, to });
}

export const AFFINITY_SORTS = ['count', 'bayes', 'mean', 'name'] as const;

export interface RankingSearch {
  sort?: (typeof AFFINITY_SORTS)[number];
  q?: string;
}

export function rankingSearch(search: Search): RankingSearch {
  return tidy({ sort: oneOf(AFFINITY_SORTS)(search.sort), q: text(search.q) });
}

export const TREND_WINDOWS = ['24h', '48h', '7d', '30d'] as const;

export interface TrendsSearch {
  window?: (typeof TREND_WINDOWS)[number];
}

export function trendsSearch(search: Search): TrendsSearch {
  return tidy({ window: oneOf(TREND_WINDOWS)(search.window) });
}
