import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();

/** Note that the session has run out, or that there is one again. What stands on the page stays. */
export function setEnded(next: boolean): void {
  ended = next;
  for (const listener of listeners) listener();
}

export function useEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
