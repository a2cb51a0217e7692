import { act, renderHook, waitFor } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry, Film } from '@/api/types';
import { startI18n } from '@/lib/i18n';
import { keys } from '@/lib/queries/keys';
import { dismiss, useToasts } from '@/lib/toast';
import { answerWith, json, problem } from '@/testing/http';
import { useEntryActions } from './actions';

const FILM: Film = {
  film_id: 'f1',
  tmdb_id: null,
  imdb_id: null,
  title: 'Ikiru',
  title_en: null,
  title_it: null,
  year: 1952,
  runtime: 143,
  genres: ['Drama'],
  directors: [],
  cast: [],
  countries: [],
  languages: [],
  poster_url: null,
  votes: 0,
  mean_rating: null,
  private: false,
  version: 1,
  mine: null,
  community: { watched: 0, rated: 0, mean_rating: null },
};

const entry = (more: Partial<Entry>): Entry => ({
  film: FILM,
  rating: null,
  liked: false,
  watchlist: false,
  watchlist_added_at: null,
  tags: [],
  review: null,
  watches: [],
  seen: false,
  added_at: '',
  rated_at: null,
  updated_at: '',
  last_watched: null,
  version: 1,
  seq: 1,
  ...more,
});

const RATED = entry({
  rating: 4,
  seen: true,
  watches: [{ watch_id: 'w1', date: '', rewatch: false, context: null }],
});

let client: QueryClient;

function house({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

const shown = () => client.getQueryData<Film>(keys.film('f1'))?.mine ?? null;
const hooks = () =>
  renderHook(() => ({ actions: useEntryActions(), toasts: useToasts() }), { wrapper: house });

beforeEach(async () => {
  await startI18n('en');
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.film('f1'), FILM);
});

afterEach(() => vi.unstubAllGlobals());

describe('rating a film', () => {
  it('shows before the server has answered, and settles on its answer', async () => {
    let answer: (response: Response) => void = () => undefined;
    const asked = answerWith(() => new Promise((resolve) => (answer = resolve)));
    const { result } = hooks();
    act(() => result.current.actions.rate(FILM, 4));
    await waitFor(() => expect(shown()).toMatchObject({ rating: 4, seen: true, watch_count: 1 }));
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]?.headers.get('idempotency-key')).toBeTruthy();
    act(() => answer(json({ ...RATED, version: 7 })));
    await waitFor(() => expect(shown()?.version).toBe(7));
  });

  it('is taken back, with the reason, where the server refuses', async () => {
    answerWith(() => problem(507));
    const { result } = hooks();
    act(() => result.current.actions.rate(FILM, 4));
    await waitFor(() => expect(result.current.toasts.at(-1)?.message).toContain('disk'));
    expect(shown()).toBeNull();
  });

  it('is undone to nothing where nothing was before', async () => {
    const asked = answerWith(({ method }) =>
      method === 'DELETE' ? json({ film_id: 'f1', seq: 2, removed: RATED }) : json(RATED),
    );
    const { result } = hooks();
    act(() => result.current.actions.rate(FILM, 4));
    await waitFor(() => expect(result.current.toasts.at(-1)?.action?.label).toBe('Undo'));
    act(() => result.current.toasts.at(-1)?.action?.run());
    await waitFor(() => expect(asked.map((each) => each.method)).toEqual(['PATCH', 'DELETE']));
    await waitFor(() => expect(shown()).toBeNull());
    act(() => result.current.toasts.forEach((toast) => dismiss(toast.id)));
  });
});
