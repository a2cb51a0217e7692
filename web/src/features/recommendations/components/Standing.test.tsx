import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { draw } from '@/testing/render';
import { suggestion, why } from '../testing/builders';
import { Standing } from './Standing';

const out = (more: object) => why(suggestion(), { listed: false, place: 12, ...more });

it.each([
  [{ reasons: ['place'], needed: 1.75 }, /It has 1\.50 points; the tenth film has 1\.75\. .*0\.25/],
  [{ reasons: ['place'], needed: 1.5 }, /It has 1\.50 points, as many as the tenth film/],
  [{ reasons: ['pool'], needed: 1.2 }, /not among the hundred films/],
  [{ reasons: ['seen', 'genre'], needed: 1.2, place: null }, /You have seen it/],
])('always says what keeps a film out: %o', async (more, words) => {
  await draw(<Standing why={out(more)} />);
  expect(screen.getByText(words)).toBeVisible();
});
