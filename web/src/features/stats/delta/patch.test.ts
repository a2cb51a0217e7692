import { expect, it } from 'vitest';

import type { StatsEvent } from '../model/types';
import { emptyStats } from '../testing/builders';
import { isFlood, patched } from './patch';

const event: StatsEvent = {
  seq: 5,
  as_of: '2026-03-01T20:15:00Z',
  total_watched: 12,
  avg_rating: 3.5,
  viewing_minutes: 1400,
  watch_time_minutes: 1300,
  moves: [],
};

it('moves the figures that an event carries', () => {
  expect(patched({ ...emptyStats(), seq: 4, liked: 3 }, event)).toMatchObject({
    total_watched: 12,
    avg_rating: 3.5,
    viewing_minutes: 1400,
    liked: 3,
  });
});

it('leaves figures alone that already hold the event', () => {
  const stats = { ...emptyStats(), seq: 5 };
  expect(patched(stats, event)).toBe(stats);
});

it('takes more than four changes in three seconds for an import', () => {
  expect(isFlood([1000, 1100, 1200, 1300, 1400], 1500)).toBe(true);
  expect(isFlood([1000, 1100, 1200, 1300, 1400], 9000)).toBe(false);
  expect(isFlood([1000, 1400], 1500)).toBe(false);
});
