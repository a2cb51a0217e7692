import type { DiaryQuery, FilmsQuery, LibraryQuery } from '@/api/types';

/** Every key starts with the word of what it holds, so that a change can say what it makes stale. */
export const keys = {
  setup: ['setup'] as const,
  me: ['me'] as const,
  film: (id: string) => ['film', id] as const,
  films: (query: FilmsQuery) => ['films', query] as const,
  allFilms: ['films'] as const,
  facets: ['facets'] as const,
  person: (id: string) => ['person', id] as const,
  entry: (id: string) => ['entry', id] as const,
  library: (query: LibraryQuery) => ['library', query] as const,
  allLibrary: ['library'] as const,
  diary: (query: DiaryQuery) => ['diary', query] as const,
  allDiary: ['diary'] as const,
  tags: ['tags'] as const,
  lists: ['lists'] as const,
  list: (id: string) => ['lists', id] as const,
  /** Everything under ['stats', …] is refreshed when the server says that figures moved. */
  stats: ['stats'] as const,
  imports: ['imports'] as const,
};
