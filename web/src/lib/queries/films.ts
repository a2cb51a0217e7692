import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Facets, Film, FilmsQuery, Page, PersonPage } from '@/api/types';
import { keys } from './keys';

export const PAGE = 60;

export const filmOptions = (id: string) =>
  queryOptions({
    queryKey: keys.film(id),
    queryFn: ({ signal }) => api.get<Film>(`/films/${encodeURIComponent(id)}`, { signal }),
    staleTime: 60_000,
  });

export const filmsOptions = (query: FilmsQuery) =>
  infiniteQueryOptions({
    queryKey: keys.films(query),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Film>>('/films', {
        query: { limit: PAGE, ...query, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** A few films for a box that completes while one types. */
export const suggestOptions = (q: string, limit = 8) =>
  queryOptions({
    queryKey: [...keys.allFilms, 'suggest', q, limit] as const,
    queryFn: ({ signal }) => api.get<Page<Film>>('/films', { query: { q, limit }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const facetsOptions = queryOptions({
  queryKey: keys.facets,
  queryFn: ({ signal }) => api.get<Facets>('/films/facets', { signal }),
  staleTime: 10 * 60_000,
});

export const personOptions = (id: string) =>
  queryOptions({
    queryKey: keys.person(id),
    queryFn: ({ signal }) => api.get<PersonPage>(`/people/${encodeURIComponent(id)}`, { signal }),
    staleTime: 60_000,
  });
