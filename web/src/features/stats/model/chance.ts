/** Small measures that tell a finding from chance. */

/** How surprising a count is under a Poisson law of the expected one, in standard deviations. */
export function surprise(observed: number, expected: number): number {
  return expected > 0 ? (observed - expected) / Math.sqrt(expected) : 0;
}

/** Bring a number into 0 … 1, where `full` counts as 1. */
export function upTo(value: number, full: number): number {
  return Math.max(0, Math.min(1, value / full));
}
