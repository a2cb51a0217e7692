import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Film, FilmDraft } from '@/api/types';
import { keys } from '@/lib/queries/keys';

/** A correction moves everybody's figures; a stale form is refused, not merged. */
export function useCorrectFilm(film: Film) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: FilmDraft) =>
      api.patch<Film>(`/films/${film.film_id}`, { body: change, ifMatch: film.version }),
    onSuccess: (saved) => {
      client.setQueryData(keys.film(film.film_id), saved);
      for (const key of ['films', 'library', 'diary', 'stats', 'facets', 'person', 'lists']) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      void client.invalidateQueries({ queryKey: keys.entry(film.film_id) });
    },
    onError: () => {
      void client.invalidateQueries({ queryKey: keys.film(film.film_id) });
    },
  });
}

export function useAddFilm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: FilmDraft) =>
      api.post<Film>('/films', { body: draft, idempotencyKey: crypto.randomUUID() }),
    onSuccess: (film) => {
      client.setQueryData(keys.film(film.film_id), film);
      void client.invalidateQueries({ queryKey: keys.allFilms });
      void client.invalidateQueries({ queryKey: keys.facets });
    },
  });
}
