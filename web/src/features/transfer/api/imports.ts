import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { api } from '@/api/client';
import { useStream } from '@/api/stream';
import type { Page } from '@/api/types';
import { keys } from '@/lib/queries/keys';
import { sayTrouble } from '@/lib/trouble';
import type { Mapping } from '../model/mapping';
import type { Import, ImportRow, ImportStatus, RowFilter } from '../model/types';

const WORKING: ImportStatus[] = ['reading', 'applying', 'undoing'];
/** The stream tells at once; asking is for when it is silent. */
const ASK_EVERY_MS = 1_500;
const PAGE = 100;

const path = (id: string) => `/imports/${encodeURIComponent(id)}`;
const rowsKey = (id: string) => [...keys.imports, id, 'rows'] as const;

export const isWorking = (found: Pick<Import, 'status' | 'needs_mapping'>): boolean =>
  WORKING.includes(found.status) && !found.needs_mapping;

export const importsOptions = queryOptions({
  queryKey: [...keys.imports, 'all'] as const,
  queryFn: ({ signal }) => api.get<{ items: Import[] }>('/imports', { signal }),
});

export const importOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.imports, id] as const,
    queryFn: ({ signal }) => api.get<Import>(path(id), { signal }),
    refetchInterval: (query) =>
      query.state.data && isWorking(query.state.data) ? ASK_EVERY_MS : false,
  });

export const rowsOptions = (id: string, outcome: RowFilter) =>
  infiniteQueryOptions({
    queryKey: [...rowsKey(id), outcome] as const,
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<ImportRow>>(`${path(id)}/rows`, {
        query: { outcome, limit: PAGE, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: Infinity,
    gcTime: 60_000,
  });

/** One import as it goes: the stream's word first, asking again where the stream is silent. */
export function useImport(id: string) {
  const client = useQueryClient();
  const query = useQuery(importOptions(id));
  const status = query.data?.status;
  useStream('import', (news) => {
    if (news.import_id !== id) return;
    client.setQueryData(importOptions(id).queryKey, (known) =>
      known && news.status === known.status
        ? {
            ...known,
            counts: { ...known.counts, ...news.counts },
            progress: { ...known.progress, done: news.done, total: news.total },
          }
        : known,
    );
    if (news.status !== status) void client.invalidateQueries({ queryKey: keys.imports });
  });
  return query;
}

/** Whatever an import wrote, or took back, is on every page but its own. */
export function refreshEverything(client: QueryClient, id: string): Promise<void> {
  const known = [keys.me[0], keys.setup[0]] as string[];
  return client.invalidateQueries({
    predicate: ({ queryKey }) => !known.includes(String(queryKey[0])) && queryKey[1] !== id,
  });
}

type Act = 'apply' | 'undo' | 'discard';

export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) =>
      act === 'discard'
        ? api.delete<Import | undefined>(path(id))
        : api.post<Import>(`${path(id)}/${act}`),
    onSuccess: (found) => {
      if (found) client.setQueryData(importOptions(id).queryKey, found);
      client.removeQueries({ queryKey: rowsKey(id) });
      void client.invalidateQueries({ queryKey: keys.imports });
    },
    onError: sayTrouble,
  });
}

export function useSayMapping(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mapping: Mapping) => api.put<Import>(`${path(id)}/mapping`, { body: { mapping } }),
    onSuccess: (found) => client.setQueryData(importOptions(id).queryKey, found),
  });
}

export interface Decision {
  choice?: string;
  resolution?: 'mine' | 'theirs';
}

const decideOn = (id: string, row: number, decision: Decision) =>
  api.put<ImportRow>(`${path(id)}/rows/${row}`, { body: decision });

function replaceRow(client: QueryClient, id: string, row: ImportRow): void {
  client.setQueriesData<InfiniteData<Page<ImportRow>, string | null>>(
    { queryKey: rowsKey(id) },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((item) =>
            item.row_id === row.row_id ? { ...item, ...row } : item,
          ),
        })),
      },
  );
}

/** Say which film a row means, or who is right; the row stays where it is while one looks at it. */
export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ row, ...decision }: Decision & { row: ImportRow }) =>
      decideOn(id, row.row_id, decision),
    onMutate: ({ row, choice, resolution }) => {
      replaceRow(client, id, {
        ...row,
        choice: choice ?? row.choice,
        resolution: resolution ?? row.resolution,
      });
      return { row };
    },
    onError: (error, { row }) => {
      replaceRow(client, id, row);
      sayTrouble(error);
    },
    onSuccess: (row) => {
      replaceRow(client, id, row);
      void client.invalidateQueries({ queryKey: importOptions(id).queryKey, exact: true });
    },
  });
}

/** The same word on every row that disagrees, a few at a time. */
export function useDecideConflicts(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (resolution: 'mine' | 'theirs') => {
      let cursor: string | null = null;
      do {
        const page: Page<ImportRow> = await api.get(`${path(id)}/rows`, {
          query: { outcome: 'conflict', limit: PAGE, cursor },
        });
        for (const row of page.items) {
          if (row.resolution !== resolution) await decideOn(id, row.row_id, { resolution });
        }
        cursor = page.next;
      } while (cursor);
    },
    onSettled: () => client.invalidateQueries({ queryKey: [...keys.imports, id] }),
    onError: sayTrouble,
  });
}
