import { expect, it } from 'vitest';
import { signInSearch } from './account';

it('goes back to a page of ours', () => {
  expect(signInSearch({ then: '/diary?year=2024' })).toEqual({ then: '/diary?year=2024' });
});

it.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example'])(
  'does not lead to %s',
  (then) => {
    expect(signInSearch({ then })).toEqual({});
  },
);
