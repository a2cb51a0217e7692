import type { DiaryRow } from '@/api/types';

export interface MonthOfRows {
  /** "2024-05", "2024" (no month known) or "" (no date known). */
  key: string;
  rows: DiaryRow[];
}

/** The rows in their order, under the month that each one knows of. */
export function byMonth(rows: readonly DiaryRow[]): MonthOfRows[] {
  const months = new Map<string, DiaryRow[]>();
  for (const row of rows) {
    const key = row.watch.date.slice(0, 7);
    const month = months.get(key);
    if (month) month.push(row);
    else months.set(key, [row]);
  }
  return [...months].map(([key, all]) => ({ key, rows: all }));
}
