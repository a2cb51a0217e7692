import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Film } from '@/api/types';
import { keys } from '@/lib/queries/keys';
import { sayTrouble } from '@/lib/trouble';

interface ListBase {
  list_id: string;
  name: string;
  description: string;
  count: number;
  version: number;
  updated_at: string;
}

export interface ListSummary extends ListBase {
  preview: Film[];
}

export interface ListItem {
  position: number;
  note: string;
  film: Film;
}

export interface FilmList extends ListBase {
  items: ListItem[];
}

const path = (id: string) => `/lists/${encodeURIComponent(id)}`;
const itemPath = (id: string, filmId: string) => `${path(id)}/items/${encodeURIComponent(filmId)}`;

export const listsOptions = queryOptions({
  queryKey: keys.lists,
  queryFn: ({ signal }) => api.get<{ items: ListSummary[] }>('/lists', { signal }),
});

export const listOptions = (id: string) =>
  queryOptions({
    queryKey: keys.list(id),
    queryFn: ({ signal }) => api.get<FilmList>(path(id), { signal }),
  });

export function useCreateList() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      api.post<FilmList>('/lists', { body: { name }, idempotencyKey: crypto.randomUUID() }),
    onSuccess: (list) => {
      client.setQueryData(keys.list(list.list_id), list);
      void client.invalidateQueries({ queryKey: keys.lists, exact: true });
    },
    onError: sayTrouble,
  });
}

export type ListChange =
  | { do: 'rename'; name?: string; description?: string }
  | { do: 'arrange'; items: ListItem[] }
  | { do: 'put'; film: Film; note: string }
  | { do: 'take'; filmId: string };

function run(id: string, change: ListChange): Promise<FilmList> {
  switch (change.do) {
    case 'rename':
      return api.patch(path(id), {
        body: { name: change.name, description: change.description },
      });
    case 'arrange':
      return api.put(`${path(id)}/items`, {
        body: { film_ids: change.items.map((item) => item.film.film_id) },
      });
    case 'put':
      return api.post(`${path(id)}/items`, {
        body: { film_id: change.film.film_id, note: change.note },
      });
    case 'take':
      return api.delete(itemPath(id, change.filmId));
  }
}

function foreseen(list: FilmList, change: ListChange): FilmList {
  switch (change.do) {
    case 'rename':
      return {
        ...list,
        name: change.name ?? list.name,
        description: change.description ?? list.description,
      };
    case 'arrange':
      return { ...list, items: change.items };
    case 'put': {
      const { film, note } = change;
      const known = list.items.some((item) => item.film.film_id === film.film_id);
      const items = known
        ? list.items.map((item) => (item.film.film_id === film.film_id ? { ...item, note } : item))
        : [...list.items, { position: list.items.length + 1, note, film }];
      return { ...list, items };
    }
    case 'take':
      return { ...list, items: list.items.filter((item) => item.film.film_id !== change.filmId) };
  }
}

/** Shown at once, sent in order, put back with the server's reason where it refuses. */
export function useChangeList(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ListChange) => run(id, change),
    scope: { id: `list-${id}` },
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: keys.list(id) });
      const before = client.getQueryData<FilmList>(keys.list(id));
      if (before) client.setQueryData(keys.list(id), foreseen(before, change));
      return { before };
    },
    onError: (error, _change, context) => {
      client.setQueryData(keys.list(id), context?.before);
      sayTrouble(error);
    },
    onSuccess: (list) => {
      if (
        client.isMutating({ predicate: (each) => each.options.scope?.id === `list-${id}` }) <= 1
      ) {
        client.setQueryData(keys.list(id), list);
      }
      void client.invalidateQueries({ queryKey: keys.lists, exact: true });
    },
  });
}

export function useRemoveList(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(path(id)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.lists, exact: true }),
    onError: sayTrouble,
  });
}

/** A removed list is made again: name, films, order and notes. */
export function useMakeAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (list: FilmList) => {
      const { list_id: id } = await api.post<FilmList>('/lists', {
        body: { name: list.name, description: list.description },
      });
      for (const { film, note } of list.items) {
        await api.post(`${path(id)}/items`, { body: { film_id: film.film_id, note } });
      }
      return id;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.lists }),
    onError: sayTrouble,
  });
}
