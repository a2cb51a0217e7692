import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema';
import type { Film } from '@/api/types';

type Server = components['schemas'];
type WithFilm<T> = Omit<T, 'film'> & { film: Film };

export type Term = Server['TermOut'];
export type StarsTerm = Server['StarsTermOut'];
export type Fact = Server['FactOut'];
export type ModelNote = Server['ModelNote'];
export type Preferences = Server['PreferencesOut'];
export type Algorithm = Preferences['algorithm'];
export type Mood = Preferences['mood'];
export type WhatIf = Server['WhatIfOut'];
export type Suggestion = WithFilm<Server['SuggestionOut']>;
export type Suggestions = Omit<Server['SuggestionsOut'], 'items'> & { items: Suggestion[] };
export type Why = Omit<Server['WhyOut'], 'item'> & { item: Suggestion };
export type SetAside = WithFilm<Server['MarkOut']>;
export type MarkKind = SetAside['kind'];
export type Miss = WithFilm<Server['MissOut']>;
export type ReportCard = Omit<Server['ReportCardOut'], 'last_miss'> & { last_miss: Miss | null };
export type Asked = Omit<Server['AskedOut'], 'items'> & { items: Film[] };
export type Companions = Server['CompanionsOut'];
export type Companion = Server['CompanionOut'];
export type TogetherAsked = Server['TogetherIn'];
export type Rule = TogetherAsked['rule'];
export type Seat = Server['SeatOut'];
export type SharedFilm = WithFilm<Server['SharedFilmOut']>;
export type Together = Omit<Server['TogetherOut'], 'items'> & { items: SharedFilm[] };

const all = ['recommendations'] as const;

export const recommendationKeys = {
  all,
  list: [...all, 'list'] as const,
  preferences: [...all, 'preferences'] as const,
  marks: [...all, 'marks'] as const,
  /** Everything that hangs on one film. */
  film: (id: string) => [...all, 'film', id] as const,
};

const path = (filmId: string) => `/recommendations/films/${encodeURIComponent(filmId)}`;

/** Films of the list; what explains it is asked of one as long. */
const LISTED = 10;

export const suggestionsOptions = queryOptions({
  queryKey: recommendationKeys.list,
  queryFn: ({ signal }) =>
    api.get<Suggestions>('/recommendations', { query: { n: LISTED }, signal }),
  staleTime: 30_000,
});

export const preferencesOptions = queryOptions({
  queryKey: recommendationKeys.preferences,
  queryFn: ({ signal }) => api.get<Preferences>('/recommendations/preferences', { signal }),
  staleTime: 5 * 60_000,
});

/** The model that made the list, to ask of it and of no newer one what explains the list. */
export function useListedBy(): string | undefined {
  const { data } = useQuery({
    ...suggestionsOptions,
    enabled: false,
    select: ({ model }) => model.version ?? 'none',
  });
  return data;
}

export const whyOptions = (filmId: string, model?: string) =>
  queryOptions({
    queryKey: [...recommendationKeys.film(filmId), 'why', model] as const,
    queryFn: ({ signal }) => api.get<Why>(path(filmId), { query: { model, n: LISTED }, signal }),
    staleTime: 30_000,
  });

/** Where a film would stand had another been given `stars`; null sets that one aside. */
export const whatIfOptions = (
  filmId: string,
  evidence: string,
  stars: number | null,
  model?: string,
) =>
  queryOptions({
    queryKey: [...recommendationKeys.film(filmId), 'what-if', evidence, stars, model] as const,
    queryFn: ({ signal }) =>
      api.get<WhatIf>(`${path(filmId)}/what-if`, {
        query: { evidence, stars, model, n: LISTED },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const marksOptions = queryOptions({
  queryKey: recommendationKeys.marks,
  queryFn: ({ signal }) => api.get<{ items: SetAside[] }>('/recommendations/marks', { signal }),
  staleTime: 30_000,
});

export const reportCardOptions = queryOptions({
  queryKey: [...all, 'report-card'] as const,
  queryFn: ({ signal }) => api.get<ReportCard>('/recommendations/report-card', { signal }),
  staleTime: 60_000,
});

/** Films to begin with, without those that one does not know. */
export const elicitationOptions = (skip: readonly string[]) =>
  queryOptions({
    queryKey: [...all, 'elicitation', skip] as const,
    queryFn: ({ signal }) => {
      const query = new URLSearchParams([['n', '12'], ...skip.map((id) => ['skip', id])]);
      return api.get<Asked>(`/recommendations/elicitation?${query}`, { signal });
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const companionsOptions = queryOptions({
  queryKey: [...all, 'companions'] as const,
  queryFn: ({ signal }) => api.get<Companions>('/recommendations/companions', { signal }),
  staleTime: 60_000,
});

export const togetherOptions = (asked: TogetherAsked) =>
  queryOptions({
    queryKey: [...all, 'together', asked] as const,
    queryFn: ({ signal }) =>
      api.post<Together>('/recommendations/together', { body: asked, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
