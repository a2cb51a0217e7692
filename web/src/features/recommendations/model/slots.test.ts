import { expect, it } from 'vitest';
import { refill } from './slots';

const films = (ids: string) => [...ids].map((film_id) => ({ film_id }));
const ids = (all: { film_id: string }[]) => all.map((film) => film.film_id).join('');

it('puts a new film where one has gone, and moves no other', () => {
  expect(ids(refill(films('abcd'), films('xbyd'), new Set('c')))).toBe('abxd');
});

it('shrinks when nothing new comes', () => {
  expect(ids(refill(films('abc'), films('ac'), new Set('b')))).toBe('ac');
});

it('begins with what was asked for', () => {
  expect(ids(refill([], films('abc'), new Set()))).toBe('abc');
});
