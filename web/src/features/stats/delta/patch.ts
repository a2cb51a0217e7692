/** Figures of a page that stands open, moved by the event itself before they are read anew. */

import type { StatsEvent, UserStats } from '../model/types';

/** Return the figures with what the event says; older news than they hold changes nothing. */
export function patched<S extends UserStats>(
  stats: S | undefined,
  event: StatsEvent,
): S | undefined {
  if (!stats || event.seq <= stats.seq) return stats;
  return {
    ...stats,
    total_watched: event.total_watched,
    avg_rating: event.avg_rating,
    viewing_minutes: event.viewing_minutes,
    watch_time_minutes: event.watch_time_minutes,
  };
}

/** Many changes within a moment are an import: they are shown on the page, not told one by one. */
export function isFlood(
  times: readonly number[],
  now: number,
  most = 4,
  withinMs = 3_000,
): boolean {
  return times.filter((time) => now - time < withinMs).length > most;
}
