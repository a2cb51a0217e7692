/** Where points lie on the map, and which is meant. Pure. */
import type { Point } from './types';

export interface Placed {
  x: number;
  y: number;
}

/** The part of the map that is seen: drawn at `k` times its size, moved by (x, y) pixels. */
export interface View {
  k: number;
  x: number;
  y: number;
}

export const WHOLE: View = { k: 1, x: 0, y: 0 };
export const MOST_ZOOM = 24;

/** Put points into a box, as large as fits, both axes on one scale. */
export function place(
  points: readonly Pick<Point, 'x' | 'y'>[],
  width: number,
  height: number,
  margin = 26,
): Placed[] {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, right] = ends(xs);
  const [low, high] = ends(ys);
  const across = right - left || 1;
  const up = high - low || 1;
  const scale = Math.min((width - 2 * margin) / across, (height - 2 * margin) / up);
  const x0 = (width - across * scale) / 2;
  const y0 = (height - up * scale) / 2;
  return points.map((point) => ({
    x: x0 + (point.x - left) * scale,
    y: y0 + (high - point.y) * scale,
  }));
}

/** The ends of the middle 99 %: a few far-off points must not press the rest together. */
function ends(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const off = Math.floor(sorted.length * 0.005);
  return [sorted[off] ?? 0, sorted[sorted.length - 1 - off] ?? 1];
}

export function seen({ x, y }: Placed, view: View): Placed {
  return { x: x * view.k + view.x, y: y * view.k + view.y };
}

/** Zoom so that what lies at (x, y) stays there. */
export function zoomed(view: View, by: number, { x, y }: Placed): View {
  const k = Math.min(MOST_ZOOM, Math.max(1, view.k * by));
  if (k === 1) return WHOLE;
  const real = k / view.k;
  return { k, x: x - (x - view.x) * real, y: y - (y - view.y) * real };
}

/** The index of the point nearest to a place on the screen; null when none is within `reach`. */
export function nearest(
  placed: readonly Placed[],
  at: Placed,
  view: View,
  reach: number,
  counts: (index: number) => boolean,
): number | null {
  let best = reach ** 2;
  let found: number | null = null;
  placed.forEach((point, index) => {
    const { x, y } = seen(point, view);
    const off = (x - at.x) ** 2 + (y - at.y) ** 2;
    if (off <= best && counts(index)) {
      best = off;
      found = index;
    }
  });
  return found;
}

const WAYS: Record<string, Placed> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** The next point in the direction of an arrow key, within 45° of it; null at the edge. */
export function towards(
  placed: readonly Placed[],
  from: number,
  key: string,
  counts: (index: number) => boolean,
): number | null {
  const way = WAYS[key];
  const start = placed[from];
  if (!way || !start) return null;
  let best = Infinity;
  let found: number | null = null;
  placed.forEach((point, index) => {
    const dx = point.x - start.x;
    const dy = point.y - start.y;
    const along = dx * way.x + dy * way.y;
    const aside = Math.abs(dx * way.y) + Math.abs(dy * way.x);
    const off = along + aside;
    if (along > 0.01 && aside <= along && off < best && counts(index)) {
      best = off;
      found = index;
    }
  });
  return found;
}

/** One path for many points: lines of no length, which round ends make dots. */
export function dots(placed: readonly Placed[]): string {
  return placed.map(({ x, y }) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
}

/** The middle point: half of the points lie on each of its sides. */
export function middle(placed: readonly Placed[]): Placed {
  const half = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return { x: half(placed.map((p) => p.x)), y: half(placed.map((p) => p.y)) };
}

/** Move labels down until none covers another. */
export function apart<T extends Placed & { width: number }>(labels: T[], tall = 18): T[] {
  const done: T[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    const moved = { ...label };
    const hits = () =>
      done.find(
        (other) =>
          Math.abs(other.y - moved.y) < tall &&
          Math.abs(other.x - moved.x) < (other.width + moved.width) / 2,
      );
    for (let other = hits(); other; other = hits()) moved.y = other.y + tall;
    done.push(moved);
  }
  return done;
}
