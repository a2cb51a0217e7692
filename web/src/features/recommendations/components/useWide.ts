import { useSyncExternalStore } from 'react';

const wide = () => window.matchMedia('(min-width: 75rem)');

/** Whether there is room for the account beside the list. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = wide();
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => wide().matches,
  );
}
