import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { hasStatus } from '@/api/errors';
import type { DiaryQuery, DiaryRow, Entry, LibraryQuery, Page } from '@/api/types';
import { keys } from './keys';
import { PAGE } from './films';

/** Mine of one film; null where there is none. */
export const entryOptions = (filmId: string) =>
  queryOptions({
    queryKey: keys.entry(filmId),
    queryFn: async ({ signal }) => {
      try {
        return await api.get<Entry>(`/library/${encodeURIComponent(filmId)}`, { signal });
      } catch (error) {
        if (hasStatus(error, 404)) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });

export const libraryOptions = (query: LibraryQuery) =>
  infiniteQueryOptions({
    queryKey: keys.library(query),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Entry>>('/library', {
        query: { limit: PAGE, ...query, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const diaryOptions = (query: DiaryQuery) =>
  infiniteQueryOptions({
    queryKey: keys.diary(query),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<DiaryRow>>('/diary', {
        query: { limit: 100, ...query, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const tagsOptions = queryOptions({
  queryKey: keys.tags,
  queryFn: ({ signal }) =>
    api.get<{ items: { tag: string; count: number }[] }>('/library/tags', { signal }),
  staleTime: 60_000,
});
