/** The ranges that one asks for most. Pure: today comes in. */

import type { DateRange } from './filters';

export type Preset = 'all' | 'this_year' | 'last_year' | 'twelve_months' | 'thirty_days';

/** `today` is "2024-05-17"; both ends of a range are in it. */
export function presetRange(preset: Preset, today: string): DateRange {
  const year = Number(today.slice(0, 4));
  switch (preset) {
    case 'all':
      return {};
    case 'this_year':
      return { from: `${year}-01-01`, to: `${year}-12-31` };
    case 'last_year':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
    case 'twelve_months':
      return { from: shift(today, { years: -1, days: 1 }), to: today };
    case 'thirty_days':
      return { from: shift(today, { days: -29 }), to: today };
  }
}

export const PRESETS: Preset[] = ['all', 'this_year', 'last_year', 'twelve_months', 'thirty_days'];

/** Which preset a range is, if it is one. */
export function presetOf(range: DateRange, today: string): Preset | null {
  return (
    PRESETS.find((preset) => {
      const known = presetRange(preset, today);
      return known.from === range.from && known.to === range.to;
    }) ?? null
  );
}

/** Move a day; "2024-02-29" a year back is the first of March. */
export function shift(day: string, by: { years?: number; days?: number }): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year + (by.years ?? 0), month - 1, date + (by.days ?? 0)))
    .toISOString()
    .slice(0, 10);
}
