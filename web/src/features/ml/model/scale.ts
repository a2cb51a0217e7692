/** The arithmetic of this page's charts. Pure. */

export interface Span {
  low: number;
  high: number;
}

/** Return the least span that holds all values, with a share of room on both sides. */
export function spanOf(values: readonly number[], room = 0.08): Span {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!Number.isFinite(low)) return { low: 0, high: 1 };
  const more = (high - low || Math.abs(high) || 1) * room;
  return { low: low - more, high: high + more };
}

/** Return round values within a span, about as many as wanted. */
export function roundTicks({ low, high }: Span, wanted = 4): number[] {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.8) ?? power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Return the function that carries a span onto pixels. */
export function linear({ low, high }: Span, from: number, to: number): (value: number) => number {
  const width = high - low || 1;
  return (value) => from + ((value - low) / width) * (to - from);
}
