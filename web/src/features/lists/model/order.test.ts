import { describe, expect, it } from 'vitest';
import { moved } from './order';

describe('moving a film in a list', () => {
  it.each([
    [0, 2, 'bcad'],
    [3, 0, 'dabc'],
    [1, 1, 'abcd'],
    [0, 99, 'bcda'],
    [2, -5, 'cabd'],
    [9, 0, 'abcd'],
  ])('from %d to %d gives %s', (from, to, order) => {
    expect(moved([...'abcd'], from, to).join('')).toBe(order);
  });
});
