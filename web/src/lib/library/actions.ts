import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useMemo } from 'react';
import { api } from '@/api/client';
import type { Entry, EntryBrief, EntryPatch, FilmFacts, Removed, WatchDraft } from '@/api/types';
import { keys } from '@/lib/queries/keys';
import { say, sayTrouble } from '@/lib/trouble';
import { briefOf, changeBrief, changeEntry, NO_ENTRY, putBack, settle, snapshot } from './cache';

type Known = Pick<FilmFacts, 'film_id'>;

interface Change {
  filmId: string;
  /** The call itself; null means that I have nothing of this film any more. */
  run: (key: string) => Promise<Entry | null>;
  brief?: (mine: EntryBrief) => EntryBrief;
  entry?: (entry: Entry) => Entry;
  done?: (after: Entry | null) => void;
}

const path = (filmId: string) => `/library/${encodeURIComponent(filmId)}`;

function mineNow(client: QueryClient, filmId: string): EntryBrief | null {
  const entry = client.getQueryData<Entry | null>(keys.entry(filmId));
  if (entry) return briefOf(entry);
  const film = client.getQueryData<{ mine: EntryBrief | null }>(keys.film(filmId));
  return film?.mine ?? null;
}

function patched(mine: EntryBrief, patch: EntryPatch): EntryBrief {
  const seen = patch.seen ?? (typeof patch.rating === 'number' ? true : mine.seen);
  return {
    ...mine,
    seen,
    rating: patch.rating === undefined ? mine.rating : patch.rating,
    liked: patch.liked ?? mine.liked,
    watchlist: patch.watchlist ?? mine.watchlist,
    watch_count: seen ? Math.max(mine.watch_count, 1) : 0,
  };
}

/** The patch that takes another back, for what stood there before. */
function inverse(patch: EntryPatch, before: EntryBrief): EntryPatch {
  const back: EntryPatch = {};
  if (patch.rating !== undefined) back.rating = before.rating;
  if (patch.liked !== undefined) back.liked = before.liked;
  if (patch.watchlist !== undefined) back.watchlist = before.watchlist;
  if ((patch.rating !== undefined || patch.seen !== undefined) && !before.seen) back.seen = false;
  return back;
}

/**
 * Every change of my films: shown at once, sent in order for each film, taken back with the
 * server's reason where it refuses, and undone by one press where a press was one too many.
 */
export function useEntryActions() {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (change: Change) => change.run(crypto.randomUUID()),
    scope: { id: 'library' },
    onMutate: async (change) => {
      const taken = await snapshot(client);
      const { brief, entry } = change;
      if (brief) changeBrief(client, change.filmId, (mine) => brief(mine ?? NO_ENTRY));
      if (entry) changeEntry(client, change.filmId, entry);
      return taken;
    },
    onError: (error, _change, taken) => {
      if (taken) putBack(client, taken);
      sayTrouble(error);
    },
    onSuccess: (after, change) => {
      settle(client, change.filmId, after);
      change.done?.(after);
    },
  });

  return useMemo(() => actions(client, mutate), [client, mutate]);
}

function actions(client: QueryClient, mutate: (change: Change) => void) {
  const t = (key: string, values?: Record<string, unknown>) => i18next.t(`common:${key}`, values);

  function patch(film: Known, change: EntryPatch, message?: string): void {
    const filmId = film.film_id;
    const before = mineNow(client, filmId);
    mutate({
      filmId,
      run: (idempotencyKey) => api.patch(path(filmId), { body: change, idempotencyKey }),
      brief: (mine) => patched(mine, change),
      entry: (entry) => ({
        ...entry,
        ...change,
        seen: patched(briefOf(entry), change).seen,
      }),
      done: () => {
        if (message) say(message, () => undo(film, change, before));
      },
    });
  }

  function undo(film: Known, change: EntryPatch, before: EntryBrief | null): void {
    if (before) patch(film, inverse(change, before));
    else remove(film, null);
  }

  function remove(film: Known, message: string | null = t('said.removed')): void {
    const filmId = film.film_id;
    let removed: Entry | null = null;
    mutate({
      filmId,
      run: async (idempotencyKey) => {
        removed = (await api.delete<Removed>(path(filmId), { idempotencyKey })).removed;
        return null;
      },
      brief: () => NO_ENTRY,
      done: () => {
        if (message && removed) say(message, () => restore(filmId, removed as Entry));
      },
    });
  }

  function restore(filmId: string, entry: Entry): void {
    mutate({
      filmId,
      run: (idempotencyKey) =>
        api.post(`${path(filmId)}/restore`, { body: { entry }, idempotencyKey }),
      brief: () => briefOf(entry),
    });
  }

  function removeWatch(
    film: Known,
    watchId: string,
    message: string | null = t('said.unwatched'),
  ): void {
    const filmId = film.film_id;
    const before = client.getQueryData<Entry | null>(keys.entry(filmId));
    const watch = before?.watches.find((each) => each.watch_id === watchId);
    mutate({
      filmId,
      run: (idempotencyKey) => api.delete(`${path(filmId)}/watches/${watchId}`, { idempotencyKey }),
      entry: (entry) => ({
        ...entry,
        watches: entry.watches.filter((each) => each.watch_id !== watchId),
      }),
      done: () => {
        if (message)
          say(message, watch && (() => log(film, { ...watch, rating: before?.rating }, null)));
      },
    });
  }

  function log(film: Known, draft: WatchDraft, message: string | null = t('said.logged')): void {
    const filmId = film.film_id;
    const before = mineNow(client, filmId);
    const { date, rewatch, context, rating } = draft;
    const known = new Set(
      client.getQueryData<Entry | null>(keys.entry(filmId))?.watches.map((w) => w.watch_id),
    );
    mutate({
      filmId,
      run: (idempotencyKey) =>
        api.post(`${path(filmId)}/watches`, {
          body: { date, rewatch, context, ...(rating == null ? {} : { rating }) },
          idempotencyKey,
        }),
      brief: (mine) => ({
        ...mine,
        seen: true,
        watchlist: false,
        watch_count: mine.watch_count + 1,
        rating: rating ?? mine.rating,
      }),
      done: (after) => {
        const added = after?.watches.find((watch) => !known.has(watch.watch_id));
        if (!message) return;
        say(message, () => {
          if (!before) remove(film, null);
          else if (added) {
            removeWatch(film, added.watch_id, null);
            if (rating != null && rating !== before.rating) patch(film, { rating: before.rating });
          }
        });
      },
    });
  }

  function editWatch(film: Known, watchId: string, change: Partial<WatchDraft>): void {
    const filmId = film.film_id;
    mutate({
      filmId,
      run: (idempotencyKey) =>
        api.patch(`${path(filmId)}/watches/${watchId}`, { body: change, idempotencyKey }),
      entry: (entry) => ({
        ...entry,
        watches: entry.watches.map((watch) =>
          watch.watch_id === watchId ? { ...watch, ...change } : watch,
        ),
      }),
    });
  }

  return {
    /** One gesture: stars, or null to take them away. Implies that it was seen. */
    rate: (film: Known, rating: number | null) =>
      patch(film, { rating }, rating === null ? t('said.unrated') : t('said.rated', { rating })),
    like: (film: Known, liked: boolean) => patch(film, { liked }),
    watchlist: (film: Known, watchlist: boolean) =>
      patch(film, { watchlist }, t(watchlist ? 'said.listed' : 'said.unlisted')),
    seen: (film: Known) => patch(film, { seen: true }, t('said.seen')),
    tags: (film: Known, tags: string[]) => patch(film, { tags }),
    review: (film: Known, review: string | null) =>
      patch(film, { review }, review === null ? undefined : t('said.reviewed')),
    log,
    editWatch,
    removeWatch,
    remove,
  };
}

export type EntryActions = ReturnType<typeof actions>;
