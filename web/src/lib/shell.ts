import { useSyncExternalStore } from 'react';
import type { Film, FilmFacts } from '@/api/types';

/** What lies over the page: one at a time, opened from anywhere. */
export type Overlay =
  { kind: 'palette' } | { kind: 'log'; film?: Film | FilmFacts } | { kind: 'help' } | null;

let overlay: Overlay = null;
const listeners = new Set<() => void>();

export function openOverlay(next: Overlay): void {
  overlay = next;
  for (const listener of listeners) listener();
}

export const closeOverlay = () => openOverlay(null);
/** The dialog behind `n`; with a film, that film is chosen already. */
export const logFilm = (film?: Film | FilmFacts) => openOverlay({ kind: 'log', film });
export const openSearch = () => openOverlay({ kind: 'palette' });

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => overlay,
  );
}
