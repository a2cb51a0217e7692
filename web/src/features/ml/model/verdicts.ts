/** What to think of each candidate. Pure. */
import type { SvdRow, Thought } from './messages';

export type Verdict = 'optimum' | 'optimumRejected' | Thought | 'none';

/** The candidate with the least error on ratings kept back. */
export function leastError(rows: readonly SvdRow[]): SvdRow | null {
  return rows.reduce<SvdRow | null>((best, row) => {
    if (row.held_out_rmse === null) return best;
    return best?.held_out_rmse == null || row.held_out_rmse < best.held_out_rmse ? row : best;
  }, null);
}

/** The bound of the one-standard-error rule: the fewest factors under it are chosen (CART, 1984). */
export function errorBound(rows: readonly SvdRow[]): number | null {
  const least = leastError(rows);
  return least?.held_out_rmse == null ? null : least.held_out_rmse + (least.standard_error ?? 0);
}

/** The server's thought; the best is said to be so, and also when even it is worth nothing. */
export function verdictOf(
  row: { k: number; verdict: Thought | null },
  best: number | null,
): Verdict {
  if (row.k !== best) return row.verdict ?? 'none';
  return row.verdict === 'rejected' ? 'optimumRejected' : 'optimum';
}
