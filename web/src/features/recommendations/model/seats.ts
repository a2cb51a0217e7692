/** Who gives up what, when several choose one film. Pure. */

import type { Seat } from '@/lib/queries/recommendations';

/** Less than this is nothing. */
const LEAST = 0.25;

/** Who gives up most; null when nobody gives up anything to speak of. */
export function compromise(seats: readonly Seat[]): Seat | null {
  const [most] = [...seats].sort((one, other) => other.gives_up - one.gives_up);
  return most && most.gives_up >= LEAST ? most : null;
}
