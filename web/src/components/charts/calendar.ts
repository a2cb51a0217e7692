/** Where each day of a year stands on a calendar of weeks. Pure. */

export interface DayCell {
  day: string;
  count: number;
  /** 0 none, 1 … 4 darker. */
  level: 0 | 1 | 2 | 3 | 4;
  x: number;
  y: number;
}

export interface HeatmapLayout {
  cell: number;
  gap: number;
  width: number;
  height: number;
  cells: DayCell[];
  months: { month: number; x: number; y: number }[];
  weekdays: { weekday: number; y: number }[];
}

interface Options {
  width: number;
  /** 1 Monday … 7 Sunday. */
  weekStart?: number;
  /** Below this width the year is laid in two halves. */
  splitBelow?: number;
  left?: number;
}

const DAY = 86_400_000;
const TOP = 18;
const BETWEEN = 14;
const LARGEST_CELL = 20;
const SMALLEST_CELL = 6;

/** Lay out the days of `year`: weeks run to the right, weekdays down, in one band or two. */
export function heatmapLayout(
  year: number,
  days: Record<string, number>,
  { width, weekStart = 1, splitBelow = 620, left = 30 }: Options,
): HeatmapLayout {
  const halves =
    width < splitBelow
      ? [
          [0, 6],
          [6, 12],
        ]
      : [[0, 12]];
  const columns = Math.max(
    ...halves.map(([from = 0, to = 12]) => weeks(year, from, to, weekStart)),
  );
  const pitch = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, (width - left) / columns));
  const gap = pitch > 12 ? 3 : 2;
  const band = TOP + 7 * pitch + BETWEEN;
  const layout: HeatmapLayout = {
    cell: pitch - gap,
    gap,
    width: left + columns * pitch,
    height: band * halves.length - BETWEEN,
    cells: [],
    months: [],
    weekdays: [],
  };
  halves.forEach(([from = 0, to = 12], half) => {
    const top = half * band + TOP;
    const start = firstDay(year, from, weekStart);
    for (let at = Date.UTC(year, from, 1); at < Date.UTC(year, to, 1); at += DAY) {
      const date = new Date(at);
      const column = Math.floor((at - start) / (7 * DAY));
      const row = Math.round((at - start) / DAY) % 7;
      const day = date.toISOString().slice(0, 10);
      const count = days[day] ?? 0;
      const x = left + column * pitch;
      if (date.getUTCDate() === 1) {
        const behind = row > 0 ? pitch : 0;
        layout.months.push({ month: date.getUTCMonth() + 1, x: x + behind, y: top - 7 });
      }
      layout.cells.push({ day, count, level: level(count), x, y: top + row * pitch });
    }
    for (const row of [0, 2, 4]) {
      const weekday = ((weekStart - 1 + row) % 7) + 1;
      layout.weekdays.push({ weekday, y: top + row * pitch + (pitch - gap) / 2 });
    }
  });
  return layout;
}

/** 0, 1, 2, 3 and "4 or more" viewings in a day. */
export function level(count: number): DayCell['level'] {
  return Math.max(0, Math.min(4, Math.floor(count))) as DayCell['level'];
}

function firstDay(year: number, month: number, weekStart: number): number {
  const first = Date.UTC(year, month, 1);
  const isoDay = new Date(first).getUTCDay() || 7;
  return first - ((isoDay - weekStart + 7) % 7) * DAY;
}

function weeks(year: number, from: number, to: number, weekStart: number): number {
  return Math.ceil((Date.UTC(year, to, 1) - firstDay(year, from, weekStart)) / (7 * DAY));
}
