/** The last changes of this visit, so that a card that went by too fast can be read again. */

import { useSyncExternalStore } from 'react';

import type { StatsEvent } from '../model/types';

const KEPT = 12;
let history: StatsEvent[] = [];
const listeners = new Set<() => void>();

/** Add an event that moved something; one that was told already changes nothing. */
export function remember(event: StatsEvent): void {
  if (event.moves.length === 0 || history.some((known) => known.seq === event.seq)) return;
  history = [event, ...history].sort((a, b) => b.seq - a.seq).slice(0, KEPT);
  for (const listener of listeners) listener();
}

export function forgetAll(): void {
  history = [];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Newest first. */
export function useHistory(): StatsEvent[] {
  return useSyncExternalStore(subscribe, () => history);
}
