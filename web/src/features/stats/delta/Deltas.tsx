import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';

import { useStream } from '@/api/stream';
import { keys } from '@/lib/queries/keys';

import type { StatsEvent, UserStats } from '../model/types';
import { remember } from './history';
import { isFlood, patched } from './patch';

const DeltaCard = lazy(() => import('./DeltaCard'));

/** Hear what each change moved: move the figures that show, and say it on a card. */
export function Deltas() {
  const client = useQueryClient();
  const [told, setTold] = useState<StatsEvent | null>(null);
  const times = useRef<number[]>([]);

  useStream('stats', (event) => {
    client.setQueryData<UserStats>([...keys.stats, 'all'], (stats) => patched(stats, event));
    const now = Date.now();
    times.current = [...times.current.slice(-9), now];
    remember(event);
    if (isFlood(times.current, now)) setTold(null);
    else if (event.moves.length > 0) setTold(event);
  });

  const dismiss = useCallback(() => setTold(null), []);
  return (
    <Suspense>{told && <DeltaCard key={told.seq} event={told} onDismiss={dismiss} />}</Suspense>
  );
}
