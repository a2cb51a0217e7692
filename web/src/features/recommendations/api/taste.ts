import {
  useIsMutating,
  useMutation,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import i18next from 'i18next';
import { useEffect, useRef } from 'react';
import { api } from '@/api/client';
import type { Film } from '@/api/types';
import { useEntryActions } from '@/lib/library/actions';
import {
  preferencesOptions,
  recommendationKeys,
  type MarkKind,
  type SetAside,
  type Suggestions,
} from '@/lib/queries/recommendations';
import { say, sayTrouble } from '@/lib/trouble';

/** What is suggested and all that hangs on it is read anew; the knobs are not. */
export function readAnew(client: QueryClient): void {
  void client.invalidateQueries({
    queryKey: recommendationKeys.all,
    predicate: (query) => query.queryKey[1] !== preferencesOptions.queryKey[1],
  });
}

/** Films rated, logged or listed, here or by an undo, change what is suggested. */
export function useFollowLibrary(): void {
  const client = useQueryClient();
  const busy = useIsMutating({ predicate: (each) => each.options.scope?.id === 'library' }) > 0;
  const before = useRef(busy);
  useEffect(() => {
    if (before.current && !busy) readAnew(client);
    before.current = busy;
  }, [busy, client]);
}

/** Change my part of a suggested film where it stands in the list. */
function changeMine(client: QueryClient, filmId: string, change: Partial<Film['mine'] & object>) {
  client.setQueryData<Suggestions>(
    recommendationKeys.list,
    (list) =>
      list && {
        ...list,
        items: list.items.map((item) =>
          item.film_id === filmId
            ? {
                ...item,
                film: { ...item.film, mine: { ...NOTHING, ...item.film.mine, ...change } },
              }
            : item,
        ),
      },
  );
}

const NOTHING = {
  rating: null,
  liked: false,
  watchlist: false,
  seen: false,
  watch_count: 0,
  last_watched: null,
  version: 0,
};

/** Stars and watchlist from the list itself: shown at once. */
export function useSuggestedActions() {
  const client = useQueryClient();
  const actions = useEntryActions();
  return {
    rate: (film: Film, rating: number | null) => {
      changeMine(client, film.film_id, { rating });
      actions.rate(film, rating);
    },
    watchlist: (film: Film, watchlist: boolean) => {
      changeMine(client, film.film_id, { watchlist });
      actions.watchlist(film, watchlist);
    },
  };
}

export interface Marking {
  film: { film_id: string; title: string };
  kind: MarkKind;
  on: boolean;
  /** Said once done, with the way back. */
  silent?: boolean;
}

const WORD: Record<MarkKind, string> = { muted: 'muted', 'not interested': 'not-interested' };
const SAID: Record<MarkKind, [string, string]> = {
  muted: ['said.counts', 'said.muted'],
  'not interested': ['said.again', 'said.dismissed'],
};

/** Leave a film out of my taste, or do not suggest it; both can be taken back. */
export function useMark() {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ film, kind, on }: Marking) => {
      const path = `/recommendations/${WORD[kind]}/${encodeURIComponent(film.film_id)}`;
      return on ? api.put(path) : api.delete(path);
    },
    scope: { id: 'taste' },
    onMutate: async ({ film, kind, on }) => {
      await client.cancelQueries({ queryKey: recommendationKeys.list });
      const list = client.getQueryData<Suggestions>(recommendationKeys.list);
      const marks = client.getQueryData<{ items: SetAside[] }>(recommendationKeys.marks);
      if (on && kind === 'not interested') takeOut(client, film.film_id);
      if (!on && marks) {
        client.setQueryData(recommendationKeys.marks, {
          items: marks.items.filter(
            (each) => each.film.film_id !== film.film_id || each.kind !== kind,
          ),
        });
      }
      return { list, marks };
    },
    onError: (error, _marking, before) => {
      if (before?.list) client.setQueryData(recommendationKeys.list, before.list);
      if (before?.marks) client.setQueryData(recommendationKeys.marks, before.marks);
      sayTrouble(error);
    },
    onSuccess: (_answer, { film, kind, on, silent }) => {
      if (silent) return;
      const said = i18next.t(`recommendations:${SAID[kind][Number(on)]}`, { title: film.title });
      say(said, () => mutate({ film, kind, on: !on, silent: true }));
    },
    onSettled: () => readAnew(client),
  });
  return mutate;
}

function takeOut(client: QueryClient, filmId: string): void {
  client.setQueryData<Suggestions>(
    recommendationKeys.list,
    (list) => list && { ...list, items: list.items.filter((item) => item.film_id !== filmId) },
  );
}
