/** Everything that the page knows beside what it asks the server for. Pure. */
import type { ClusterRow, Message, SearchPhase, SvdRow } from './messages';
import { clusterRow, put, svdRow } from './rows';
import type { Failure, Job } from './types';

export const MOST_LOGS = 50;

export type LogType = 'info' | 'success' | 'error' | 'warning' | 'phase';

export interface LogEntry {
  id: number;
  /** Milliseconds since 1970. */
  at: number;
  type: LogType;
  text: string;
}

export interface Optimum {
  k_svd: number | null;
  k_cluster: number | null;
}

export interface KOptimization {
  jobId: string | null;
  /** Number of the last message that was heard. */
  last: number;
  /** `idle` with a job: one that ended before the page was opened, and is read again. */
  status: 'idle' | 'running' | 'completed' | 'cancelled' | 'error';
  progress: number;
  currentPhase: SearchPhase | null;
  kSvdResults: SvdRow[];
  kClusterResults: ClusterRow[];
  /** What will be tried. */
  candidates: { k_svd: number[]; k_cluster: number[] };
  /** The best of those tried until now. */
  leading: Optimum;
  optimalResults: Optimum;
  /** RMSE of a model without any factor, on the same ratings. */
  biasRmse: number | null;
  /** Whether the best grouping is one at all. */
  clear: boolean | null;
  matrixInfo: { shape: [number, number]; density: number } | null;
  /** Of invented ratings: the RMSE that the rule which made them has itself. */
  noiseFloor: number | null;
  /** Why it failed, in the server's words. */
  error: string | null;
  failure: Failure | null;
}

/** The job that is followed: what it does now, and the last that it said. */
export interface Followed {
  id: string;
  kind: Job['kind'];
  status: Job['status'];
  progress: number;
  phase: string;
  message: string;
  last: number;
}

export interface State {
  logs: LogEntry[];
  /** How many were ever written: the next one's id. */
  logged: number;
  isAutoRefresh: boolean;
  followed: Followed | null;
  kOptimization: KOptimization;
}

export type Action =
  | { type: 'ADD_LOG'; at: number; log: LogType; text: string }
  | { type: 'CLEAR_LOGS' }
  | { type: 'SET_AUTO_REFRESH'; on: boolean }
  | { type: 'FOLLOW'; job: Job }
  | { type: 'SHOW_SEARCH'; jobId: string }
  | { type: 'MESSAGE'; jobId: string; number: number; message: Message };

const NO_SEARCH: KOptimization = {
  jobId: null,
  last: 0,
  status: 'idle',
  progress: 0,
  currentPhase: null,
  kSvdResults: [],
  kClusterResults: [],
  candidates: { k_svd: [], k_cluster: [] },
  leading: { k_svd: null, k_cluster: null },
  optimalResults: { k_svd: null, k_cluster: null },
  biasRmse: null,
  clear: null,
  matrixInfo: null,
  noiseFloor: null,
  error: null,
  failure: null,
};

export const INITIAL: State = {
  logs: [],
  logged: 0,
  isAutoRefresh: false,
  followed: null,
  kOptimization: NO_SEARCH,
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'ADD_LOG': {
      const entry = { id: state.logged, at: action.at, type: action.log, text: action.text };
      const logs = [...state.logs, entry].slice(-MOST_LOGS);
      return { ...state, logs, logged: state.logged + 1 };
    }
    case 'CLEAR_LOGS':
      return { ...state, logs: [] };
    case 'SET_AUTO_REFRESH':
      return { ...state, isAutoRefresh: action.on };
    case 'FOLLOW':
      return follow(state, action.job);
    case 'SHOW_SEARCH':
      return { ...state, kOptimization: { ...NO_SEARCH, jobId: action.jobId } };
    case 'MESSAGE':
      return hear(state, action);
  }
}

/** Begin at the job's first message; an earlier search's rows go when it is another search. */
function follow(state: State, job: Job): State {
  const { job_id: id, kind, status, progress, phase } = job;
  const followed = { id, kind, status, progress, phase, message: '', last: 0 };
  if (kind !== 'optimise-k') return { ...state, followed };
  const kOptimization = { ...NO_SEARCH, jobId: id, status: 'running' as const };
  return { ...state, followed, kOptimization };
}

type Heard = Action & { type: 'MESSAGE' };

/** A message that comes twice, as after a broken line, changes nothing. */
function hear(state: State, { jobId, number, message }: Heard): State {
  const { followed, kOptimization: search } = state;
  const next = { ...state };
  if (followed?.id === jobId && number > followed.last) {
    next.followed = told(followed, number, message);
  }
  if (search.jobId === jobId && number > search.last) {
    next.kOptimization = { ...search, ...found(search, message), last: number };
  }
  return next;
}

function told(before: Followed, last: number, message: Message): Followed {
  const said = { ...before, last, progress: message.progress ?? before.progress };
  switch (message.type) {
    case 'status': {
      const { message: text, phase = before.phase } = message;
      return { ...said, status: 'running', message: text, phase };
    }
    case 'phase':
      return { ...said, status: 'running', phase: message.phase, message: message.message };
    case 'ended':
      return { ...said, status: message.status };
    default:
      return said;
  }
}

function found(now: KOptimization, message: Message): Partial<KOptimization> {
  const progress = message.progress ?? now.progress;
  switch (message.type) {
    case 'matrix_info':
      return {
        progress,
        matrixInfo: { shape: message.shape, density: message.density },
        noiseFloor: message.noise_floor ?? null,
      };
    case 'phase':
      return begun(now, message.phase as SearchPhase, message.candidates ?? []);
    case 'k_svd_result':
      return {
        progress,
        kSvdResults: put(now.kSvdResults, svdRow(message)),
        leading: message.is_best ? { ...now.leading, k_svd: message.k } : now.leading,
      };
    case 'k_cluster_result':
      return {
        progress,
        kClusterResults: put(now.kClusterResults, clusterRow(message)),
        leading: message.is_best ? { ...now.leading, k_cluster: message.k } : now.leading,
      };
    case 'k_svd_optimal':
      return {
        optimalResults: { ...now.optimalResults, k_svd: message.optimal_k },
        biasRmse: message.bias_rmse ?? null,
      };
    case 'k_cluster_optimal':
      return {
        optimalResults: { ...now.optimalResults, k_cluster: message.optimal_k },
        clear: message.clear ?? null,
      };
    case 'completed': {
      const { final_k_svd: k_svd, final_k_cluster: k_cluster } = message;
      return { status: 'completed', progress: 100, optimalResults: { k_svd, k_cluster } };
    }
    case 'error':
      return { status: 'error', error: message.message, failure: message.failure ?? null };
    case 'ended':
      return { ...ended(now, message), currentPhase: null };
    default:
      return { progress };
  }
}

function ended(
  now: KOptimization,
  { status: as, error, failure }: Message & { type: 'ended' },
): Partial<KOptimization> {
  if (as === 'cancelled') return { status: 'cancelled' };
  if (as === 'done') return { status: 'completed' };
  const why = { error: now.error ?? error ?? null, failure: now.failure ?? failure ?? null };
  return { status: 'error', ...why };
}

function begun(now: KOptimization, phase: SearchPhase, tried: number[]): Partial<KOptimization> {
  return { currentPhase: phase, candidates: { ...now.candidates, [phase]: tried } };
}
