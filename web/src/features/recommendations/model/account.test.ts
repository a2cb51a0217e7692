import { describe, expect, it } from 'vitest';
import type { Term } from '@/lib/queries/recommendations';
import { apportion, scaleOf, scoreAccount, starsAccount } from './account';

const term = (film: string, value: number): Term => ({
  kind: 'rating',
  label: film,
  film_id: film,
  stars: 4,
  value,
  by_model: { ease: value },
});

describe('apportion', () => {
  it('keeps the sum that is shown, and each line within one digit of the truth', () => {
    let seed = 7;
    const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
    for (let round = 0; round < 500; round += 1) {
      const values = Array.from({ length: 1 + (round % 12) }, () => chance() * 4);
      const sum = values.reduce((all, value) => all + value, 0);
      const shown = apportion(values, sum, 2);
      const cents = shown.reduce((all, value) => all + Math.round(value * 100), 0);
      expect(cents).toBe(Math.round(sum * 100));
      shown.forEach((value, at) => {
        expect(Math.abs(value - (values[at] ?? 0))).toBeLessThan(0.010001);
      });
    }
  });
});

describe('the account of a score', () => {
  const terms = [0.5, -1.25, 0.333, 0.111, 0.0201, 0.0202, 0.0203, 0.0204, 0.0205, 0.0206, 0.0207];
  const score = terms.reduce((all, value) => all + value, 0);
  const account = scoreAccount(
    terms.map((value, at) => term(`f${at}`, value)),
    score,
  );

  it('has the biggest first, whatever the sign, and the smaller ones in one line', () => {
    expect(account.lines.map((line) => line.key).slice(0, 3)).toEqual([
      'rating-f1',
      'rating-f0',
      'rating-f2',
    ]);
    expect(account.lines.at(-1)).toMatchObject({ kind: 'rest', count: 2 });
  });

  it('begins each line where the one before ended, and ends at the score', () => {
    account.lines.reduce((before, line) => {
      expect(line.from).toBeCloseTo(before, 12);
      return line.to;
    }, 0);
    expect(account.lines.at(-1)?.to).toBeCloseTo(score, 12);
    expect(account.lines[0]?.to).toBeCloseTo(-1.25, 12);
  });

  it('adds the server’s own rest to what it folds', () => {
    const rest: Term = { kind: 'rest', label: '', value: 0.5, count: 40, by_model: {} };
    const longer = scoreAccount([...terms.map((value, at) => term(`f${at}`, value)), rest], 0.31);
    expect(longer.lines.at(-1)?.count).toBe(42);
  });

  it('shows more digits where all is small', () => {
    expect(scoreAccount([term('a', 0.0031)], 0.0031).lines[0]?.shown).toBe(0.0031);
  });
});

describe('the scale of the bars', () => {
  const rest = (value: number): Term => ({
    kind: 'rest',
    label: '',
    value,
    count: 9,
    by_model: {},
  });

  it('runs from the least to the most', () => {
    const { at, broken } = scaleOf(scoreAccount([term('a', 2), term('b', -1), rest(-2)], -1));
    expect(broken).toBeNull();
    expect([-1, 0.5, 2].map(at)).toEqual([0, 0.5, 1]);
  });

  it('is cut where all the small lines together would dwarf the others', () => {
    const { at, broken } = scaleOf(scoreAccount([term('a', 2), rest(98)], 100));
    expect(broken).toBeGreaterThan(at(2));
    expect(at(2)).toBeGreaterThan(0.7);
    expect(at(100)).toBe(1);
  });
});

it('the scale of the stars begins near the mean of all films', () => {
  const { at, broken } = scaleOf(
    starsAccount(
      [
        { kind: 'overall', label: '', value: 3.4 },
        { kind: 'rating', label: 'Ran', film_id: 'f', stars: 5, value: 0.2 },
        { kind: 'rating', label: 'Jaws', film_id: 'g', stars: 1, value: -0.1 },
      ],
      3.5,
    ),
  );
  expect(at(0)).toBe(0);
  expect(broken).toBeLessThan(at(3.4));
  expect(at(3.6) - at(3.4)).toBeGreaterThan(0.7);
});

it('the account of the stars says what was cut off', () => {
  const account = starsAccount(
    [
      { kind: 'overall', label: '', value: 3.4 },
      { kind: 'rating', label: 'Ran', film_id: 'f', stars: 5, value: 2.1 },
    ],
    5,
  );
  expect(account.lines.at(-1)).toMatchObject({ kind: 'cut', shown: -0.5 });
  expect(account.shown).toBe(5);
});
