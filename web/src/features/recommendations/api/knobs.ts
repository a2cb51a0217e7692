import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import {
  preferencesOptions,
  recommendationKeys,
  type Preferences,
} from '@/lib/queries/recommendations';
import { sayTrouble } from '@/lib/trouble';
import { readAnew } from './taste';

const SETTLE_MS = 250;

/** The knobs as they stand: turned at once on the page, kept by the server when the hand rests. */
export function useKnobs() {
  const client = useQueryClient();
  const { data: knobs } = useQuery(preferencesOptions);
  const [waiting, setWaiting] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsent = useRef(false);

  const { mutate, isPending } = useMutation({
    mutationFn: (body: Preferences) =>
      api.put<Preferences>('/recommendations/preferences', { body }),
    scope: { id: 'knobs' },
    onError: (error) => {
      sayTrouble(error);
      void client.invalidateQueries({ queryKey: recommendationKeys.preferences });
    },
    onSettled: () => readAnew(client),
  });

  const send = useCallback(() => {
    clearTimeout(timer.current);
    setWaiting(false);
    const now = client.getQueryData<Preferences>(recommendationKeys.preferences);
    if (unsent.current && now) mutate(now);
    unsent.current = false;
  }, [client, mutate]);

  // A page left in the middle of a turn keeps what was turned.
  useEffect(() => send, [send]);

  const turn = useCallback(
    (change: Partial<Preferences>) => {
      client.setQueryData<Preferences>(
        recommendationKeys.preferences,
        (before) => before && { ...before, ...change },
      );
      unsent.current = true;
      setWaiting(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(send, SETTLE_MS);
    },
    [client, send],
  );

  return { knobs, turn, busy: waiting || isPending };
}
