/** Series that charts draw, formed from the sums of the statistics. */

import type { UserStats } from './types';

export interface MonthCell {
  year: string;
  month: number;
  count: number;
}

/** Years with viewings and the empty ones between them, first to last; unknown dates apart. */
export function years(stats: Pick<UserStats, 'yearly_counts'>): { year: string; count: number }[] {
  const known = Object.keys(stats.yearly_counts)
    .filter((key) => /^\d{4}$/.test(key))
    .map(Number);
  if (known.length === 0) return [];
  const first = Math.min(...known);
  const last = Math.max(...known);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const year = String(first + i);
    return { year, count: stats.yearly_counts[year] ?? 0 };
  });
}

/** Every month from the first with a viewing to the last. */
export function monthSpan(monthly: UserStats['monthly_counts']): MonthCell[] {
  const keys = Object.entries(monthly)
    .flatMap(([year, months]) => Object.keys(months).map((month) => `${year}-${month}`))
    .sort();
  const first = keys[0];
  const last = keys[keys.length - 1];
  if (!first || !last) return [];
  const cells: MonthCell[] = [];
  for (let at = index(first); at <= index(last); at += 1) {
    const year = String(Math.floor(at / 12));
    const month = (at % 12) + 1;
    cells.push({ year, month, count: monthly[year]?.[String(month).padStart(2, '0')] ?? 0 });
  }
  return cells;
}

function index(key: string): number {
  const [year = 0, month = 1] = key.split('-').map(Number);
  return year * 12 + month - 1;
}

/** Viewings of January … December over all years, as a mean a year that has that month. */
export function monthOfYear(monthly: UserStats['monthly_counts']): {
  month: number;
  count: number;
  times: number;
  mean: number;
}[] {
  const span = monthSpan(monthly);
  return Array.from({ length: 12 }, (_, i) => {
    const cells = span.filter((cell) => cell.month === i + 1);
    const count = cells.reduce((sum, cell) => sum + cell.count, 0);
    return {
      month: i + 1,
      count,
      times: cells.length,
      mean: cells.length ? count / cells.length : 0,
    };
  });
}

/** The twelve months of one year. */
export function monthsOf(monthly: UserStats['monthly_counts'], year: string): MonthCell[] {
  return Array.from({ length: 12 }, (_, i) => ({
    year,
    month: i + 1,
    count: monthly[year]?.[String(i + 1).padStart(2, '0')] ?? 0,
  }));
}

/** Decades in order of time with the empty ones between them. */
export function decadesInOrder(stats: Pick<UserStats, 'decades'>): { id: string; count: number }[] {
  const counts = new Map(stats.decades.map((row) => [Number(row.id), row.count]));
  if (counts.size === 0) return [];
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  return Array.from({ length: (last - first) / 10 + 1 }, (_, i) => {
    const id = first + i * 10;
    return { id: String(id), count: counts.get(id) ?? 0 };
  });
}

/** The largest of some rows; null when there is none or all are zero. */
export function peak<T>(rows: readonly T[], value: (row: T) => number): T | null {
  let best: T | null = null;
  for (const row of rows) if (value(row) > 0 && (!best || value(row) > value(best))) best = row;
  return best;
}

/** The largest row when it leads alone: a tie is no finding. */
export function leader<T>(rows: readonly T[], value: (row: T) => number): T | null {
  const best = peak(rows, value);
  return best && rows.filter((row) => value(row) === value(best)).length === 1 ? best : null;
}

export function total<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}
