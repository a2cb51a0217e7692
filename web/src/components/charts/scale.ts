/** The little arithmetic that axes need. Pure. */

/** Return round tick values from 0 to at least `max`, about `wanted` steps of 1, 2 or 5 × 10ⁿ. */
export function ticks(max: number, wanted = 3): number[] {
  if (max <= 0) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? power);
  const steps = Math.ceil(max / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, i) => i * step);
}

export interface Band {
  x: number;
  width: number;
  center: number;
}

/** Divide `length` into `n` bands with a gap of `padding` (a share of a band) between bars. */
export function bands(n: number, length: number, padding = 0.28, widest = 56): Band[] {
  const step = n > 0 ? length / n : 0;
  const width = Math.min(widest, step * (1 - padding));
  return Array.from({ length: n }, (_, i) => {
    const center = step * (i + 0.5);
    return { x: center - width / 2, width, center };
  });
}

/** How many labels to step over so that labels of `labelWidth` never touch. */
export function labelStep(n: number, length: number, labelWidth: number): number {
  return Math.max(1, Math.ceil((n * labelWidth) / Math.max(1, length)));
}

/** Cut a label to about `width` pixels of text at `fontSize`; the whole stands in its title. */
export function fitted(label: string, width: number, fontSize = 13): string {
  const most = Math.floor(width / (fontSize * 0.52));
  return label.length <= most ? label : `${label.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}
