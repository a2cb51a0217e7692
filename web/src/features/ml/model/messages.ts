/** What a job says while it runs, one JSON object an event. */

import type { Failure } from './types';

/** What the server thinks of a candidate beside those tried until then. */
export type Thought = 'good' | 'doubtful' | 'rejected';

export interface SvdRow {
  k: number;
  held_out_rmse: number | null;
  standard_error: number | null;
  train_rmse: number | null;
  explained_variance: number;
  efficiency: number;
  composite_score: number;
  verdict: Thought | null;
  /** Known from a search of the same ratings that was cut short. */
  resumed: boolean;
}

export interface ClusterRow {
  k: number;
  silhouette_score: number;
  balance: number;
  stability: number | null;
  composite_score: number;
  verdict: Thought | null;
  resumed: boolean;
}

export type SearchPhase = 'k_svd' | 'k_cluster';

export type Message = { progress?: number; at?: string } & (
  | ({ type: 'status'; message: string; phase?: string; what?: string } & Values)
  | { type: 'matrix_info'; shape: [number, number]; density: number; noise_floor?: number | null }
  | { type: 'phase'; phase: string; message: string; candidates?: number[] }
  | ({ type: 'k_svd_result'; is_best: boolean } & SvdRow)
  | { type: 'k_svd_optimal'; optimal_k: number; bias_rmse?: number | null }
  | ({ type: 'k_cluster_result'; is_best: boolean } & ClusterRow)
  | { type: 'k_cluster_optimal'; optimal_k: number; clear?: boolean }
  | {
      type: 'completed';
      message: string;
      final_k_svd: number | null;
      final_k_cluster: number | null;
    }
  | { type: 'error'; message: string; failure?: Failure }
  | { type: 'ended'; status: EndedAs; error?: string | null; failure?: Failure }
);

type Values = Record<string, unknown>;

export type EndedAs = 'done' | 'failed' | 'cancelled';

const KNOWN: ReadonlySet<string> = new Set<Message['type']>([
  'status',
  'matrix_info',
  'phase',
  'k_svd_result',
  'k_svd_optimal',
  'k_cluster_result',
  'k_cluster_optimal',
  'completed',
  'error',
  'ended',
]);

/** Read an event's data; null for what a newer server may say and this page does not know. */
export function readMessage(data: string): Message | null {
  try {
    const said = JSON.parse(data) as { type?: unknown } | null;
    return typeof said?.type === 'string' && KNOWN.has(said.type) ? (said as Message) : null;
  } catch {
    return null;
  }
}
