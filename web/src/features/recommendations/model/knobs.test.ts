import { expect, it } from 'vitest';
import { KNOBS } from '../testing/builders';
import { AT_REST, pressed, turned, turnedBehind, wishOf } from './knobs';

it('knows whether a knob has been turned', () => {
  expect(turned(KNOBS)).toBe(false);
  expect(turned({ ...KNOBS, rest_days: 0, together: true })).toBe(false);
  expect(turned({ ...KNOBS, recency: 0.25 })).toBe(true);
  expect(turned({ ...KNOBS, ...AT_REST, genres: ['Drama'] })).toBe(true);
  expect(turnedBehind({ ...KNOBS, max_minutes: 90, without_genres: ['War'] })).toBe(2);
});

it('turns a genre from any to only, to none, and back', () => {
  let knobs = KNOBS;
  const seen = [0, 1, 2].map(() => {
    knobs = { ...knobs, ...pressed(knobs, 'War') };
    return wishOf(knobs, 'War');
  });
  expect(seen).toEqual(['with', 'without', 'any']);
  expect(knobs).toEqual(KNOBS);
});
