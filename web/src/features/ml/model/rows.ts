/** What a search found of each candidate, as rows of a table. */
import type { ClusterRow, SvdRow } from './messages';

/** Append; a candidate that was tried before is replaced where it stands. */
export function put<Row extends { k: number }>(rows: Row[], row: Row): Row[] {
  const known = rows.some((each) => each.k === row.k);
  return known ? rows.map((each) => (each.k === row.k ? row : each)) : [...rows, row];
}

export function svdRow(said: SvdRow): SvdRow {
  const { k, explained_variance, efficiency, composite_score } = said;
  return {
    k,
    explained_variance,
    efficiency,
    composite_score,
    held_out_rmse: said.held_out_rmse ?? null,
    standard_error: said.standard_error ?? null,
    train_rmse: said.train_rmse ?? null,
    verdict: said.verdict ?? null,
    resumed: said.resumed ?? false,
  };
}

export function clusterRow(said: ClusterRow): ClusterRow {
  const { k, silhouette_score, balance, composite_score } = said;
  return {
    k,
    silhouette_score,
    balance,
    composite_score,
    stability: said.stability ?? null,
    verdict: said.verdict ?? null,
    resumed: said.resumed ?? false,
  };
}
