import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { keys } from '@/lib/queries/keys';
import type { Page } from '@/api/types';

import type { DateRange } from '../model/filters';
import type {
  Affinity,
  AffinityType,
  CheckResult,
  DaysOfYear,
  Highlights,
  Trends,
  TrendWindow,
  UserStats,
  YearInReview,
} from '../model/types';

const STALE_MS = 30_000;
const ENDLESS: Required<DateRange> = { from: '0001-01-01', to: '9999-12-31' };

/** All time, or the viewings of a range; an open end reaches as far as there are days. */
export const rangeStatsOptions = ({ from, to }: DateRange) =>
  queryOptions({
    queryKey: from || to ? [...keys.stats, 'range', from, to] : [...keys.stats, 'all'],
    queryFn: ({ signal }) =>
      from || to
        ? api.get<UserStats>('/user-stats/range', {
            query: { from: from ?? ENDLESS.from, to: to ?? ENDLESS.to },
            signal,
          })
        : api.get<UserStats>('/user-stats', { signal }),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

export const highlightsOptions = queryOptions({
  queryKey: [...keys.stats, 'highlights'],
  queryFn: ({ signal }) => api.get<Highlights>('/user-stats/highlights', { signal }),
  staleTime: STALE_MS,
});

export const daysOptions = (year: number) =>
  queryOptions({
    queryKey: [...keys.stats, 'days', year],
    queryFn: ({ signal }) => api.get<DaysOfYear>('/user-stats/days', { query: { year }, signal }),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

export type AffinitySort = 'count' | 'bayes' | 'mean' | 'name';

export interface AffinityQuery {
  type: AffinityType;
  sort: AffinitySort;
  q?: string;
  min_rated?: number;
}

export const affinitiesOptions = (query: AffinityQuery, limit = 50) =>
  infiniteQueryOptions({
    queryKey: [...keys.stats, 'affinities', query, limit],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Affinity>>('/user-stats/affinities', {
        query: { ...query, limit, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

export const yearOptions = (year: number) =>
  queryOptions({
    queryKey: [...keys.stats, 'year', year],
    queryFn: ({ signal }) => api.get<YearInReview>(`/user-stats/year/${year}`, { signal }),
    staleTime: STALE_MS,
  });

export const checkOptions = queryOptions({
  queryKey: [...keys.stats, 'check'],
  queryFn: ({ signal }) => api.get<CheckResult>('/user-stats/check', { signal }),
  staleTime: STALE_MS,
});

export const checkNow = () => api.post<CheckResult>('/user-stats/check');

export const trendsOptions = (window: TrendWindow) =>
  queryOptions({
    queryKey: ['trends', window],
    queryFn: ({ signal }) => api.get<Trends>('/trends/global', { query: { window }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
