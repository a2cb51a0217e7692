import { describe, expect, it } from 'vitest';

import { libraryHref, within } from './filters';
import { presetOf, presetRange, shift } from './ranges';
import { decadesInOrder, leader, monthOfYear, monthSpan, years } from './series';
import { withAffinity } from '../testing/builders';

describe('series', () => {
  it('fills the empty years between, and leaves unknown ones out', () => {
    expect(years({ yearly_counts: { '2022': 3, '2024': 1, unknown: 9 } })).toEqual([
      { year: '2022', count: 3 },
      { year: '2023', count: 0 },
      { year: '2024', count: 1 },
    ]);
  });

  it('spans months over the turn of a year', () => {
    expect(monthSpan({ '2023': { '11': 2 }, '2024': { '02': 1 } })).toHaveLength(4);
  });

  it('means a month over the years that have it', () => {
    const november = monthOfYear({ '2023': { '11': 2 }, '2024': { '11': 4 } })[10];
    expect(november).toMatchObject({ count: 6, times: 2, mean: 3 });
  });

  it('lets nobody lead where two are level', () => {
    expect(leader([3, 5, 5], (n) => n)).toBeNull();
    expect(leader([3, 5], (n) => n)).toBe(5);
    expect(leader([0, 0], (n) => n)).toBeNull();
  });

  it('orders decades by time, with the gaps', () => {
    const rows = [withAffinity('1990', { count: 5 }), withAffinity('1970', { count: 9 })];
    expect(decadesInOrder({ decades: rows }).map((row) => [row.id, row.count])).toEqual([
      ['1970', 9],
      ['1980', 0],
      ['1990', 5],
    ]);
  });
});

describe('ranges', () => {
  it('knows its presets again', () => {
    expect(presetOf(presetRange('twelve_months', '2026-03-10'), '2026-03-10')).toBe(
      'twelve_months',
    );
    expect(presetRange('twelve_months', '2026-03-10')).toEqual({
      from: '2025-03-11',
      to: '2026-03-10',
    });
    expect(presetOf({ from: '2020-01-01' }, '2026-03-10')).toBeNull();
  });

  it('moves days over months and leap years', () => {
    expect(shift('2024-03-01', { days: -1 })).toBe('2024-02-29');
  });

  it('narrows a filter, and keeps the dates that it names itself', () => {
    const range = { from: '2024-01-01', to: '2024-12-31' };
    expect(libraryHref(within({ genre: 'Drama' }, range))).toBe(
      '/library?genre=Drama&watched_from=2024-01-01&watched_to=2024-12-31',
    );
    expect(within({ watched_from: '2024-05-01' }, range).watched_from).toBe('2024-05-01');
  });
});
