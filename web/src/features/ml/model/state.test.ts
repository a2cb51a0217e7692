import { describe, expect, it } from 'vitest';
import { job } from '../testing/builders';
import type { Message } from './messages';
import { type Action, INITIAL, MOST_LOGS, reduce, type State } from './state';

const after = (actions: Action[], from: State = INITIAL) => actions.reduce(reduce, from);
const log = (n: number): Action => ({ type: 'ADD_LOG', at: n, log: 'info', text: `${n}` });
const said = (number: number, message: Message, jobId = 'j1'): Action => ({
  type: 'MESSAGE',
  jobId,
  number,
  message,
});
const row = (k: number, error: number, best = false): Message => ({
  type: 'k_svd_result',
  k,
  held_out_rmse: error,
  standard_error: 0.01,
  train_rmse: error - 0.1,
  explained_variance: 0.2,
  efficiency: 0.02,
  composite_score: 0.3,
  verdict: 'good',
  resumed: false,
  is_best: best,
  progress: 30 + k,
});
const NO_ROOM = { kind: 'store_full' as const, values: {} };
const FOLLOW: Action = { type: 'FOLLOW', job: job() };

describe('the log', () => {
  it('keeps the last fifty, and numbers them all', () => {
    const { logs, logged } = after(Array.from({ length: 60 }, (_, n) => log(n)));
    expect(logs).toHaveLength(MOST_LOGS);
    expect(logs[0]).toMatchObject({ id: 10, text: '10' });
    expect(logs.at(-1)).toMatchObject({ id: 59, type: 'info', at: 59 });
    expect(logged).toBe(60);
  });

  it('is emptied, and goes on counting', () => {
    const state = after([log(1), { type: 'CLEAR_LOGS' }, log(2)]);
    expect(state.logs.map((entry) => entry.id)).toEqual([1]);
  });

  it('leaves the state that it was given as it was', () => {
    const frozen = Object.freeze({ ...INITIAL, logs: Object.freeze([]) as never });
    expect(reduce(frozen, log(1)).logs).toHaveLength(1);
  });
});

describe('a search', () => {
  it('appends each row as it comes, and follows the best', () => {
    const { kOptimization, followed } = after([
      FOLLOW,
      said(1, { type: 'matrix_info', shape: [12, 40], density: 0.04 }),
      said(2, { type: 'phase', phase: 'k_svd', message: '', candidates: [5, 10] }),
      said(3, row(5, 0.9, true)),
      said(4, row(10, 0.8, true)),
    ]);
    expect(kOptimization.kSvdResults.map(({ k }) => k)).toEqual([5, 10]);
    expect(kOptimization.leading.k_svd).toBe(10);
    expect(kOptimization.matrixInfo).toEqual({ shape: [12, 40], density: 0.04 });
    expect(kOptimization.candidates.k_svd).toEqual([5, 10]);
    expect(kOptimization).toMatchObject({ status: 'running', currentPhase: 'k_svd', progress: 40 });
    expect(followed).toMatchObject({ progress: 40, phase: 'k_svd', last: 4 });
  });

  it('hears a message that comes twice once', () => {
    const once = after([FOLLOW, said(3, row(5, 0.9))]);
    expect(after([said(3, row(5, 0.1)), said(2, row(10, 0.1))], once)).toEqual(once);
  });

  it('does not hear another job', () => {
    const state = after([FOLLOW, said(1, row(5, 0.9), 'other')]);
    expect(state.kOptimization.kSvdResults).toEqual([]);
  });

  it('ends with what was found', () => {
    const { kOptimization, followed } = after([
      FOLLOW,
      said(1, { type: 'k_svd_optimal', optimal_k: 10, bias_rmse: 0.95 }),
      said(2, { type: 'k_cluster_optimal', optimal_k: 4, clear: false }),
      said(3, { type: 'completed', message: '', final_k_svd: 10, final_k_cluster: 4 }),
      said(4, { type: 'ended', status: 'done' }),
    ]);
    expect(kOptimization.optimalResults).toEqual({ k_svd: 10, k_cluster: 4 });
    expect(kOptimization).toMatchObject({ status: 'completed', biasRmse: 0.95, clear: false });
    expect(followed?.status).toBe('done');
  });

  it.each([
    [{ type: 'ended', status: 'cancelled' }, 'cancelled', null],
    [{ type: 'ended', status: 'failed', error: 'too few' }, 'error', 'too few'],
    [{ type: 'error', message: 'too few' }, 'error', 'too few'],
    [{ type: 'ended', status: 'failed', failure: NO_ROOM }, 'error', null],
  ] as const)('ends with %j', (message, status, error) => {
    const { kOptimization } = after([FOLLOW, said(1, row(5, 0.9)), said(2, message)]);
    expect(kOptimization).toMatchObject({ status, error });
    expect(kOptimization.failure).toEqual('failure' in message ? message.failure : null);
    expect(kOptimization.kSvdResults).toHaveLength(1);
  });

  it('begins without the rows of the one before', () => {
    const state = after([
      FOLLOW,
      said(1, row(5, 0.9)),
      { type: 'FOLLOW', job: job({ job_id: 'j2' }) },
    ]);
    expect(state.kOptimization).toMatchObject({ jobId: 'j2', kSvdResults: [], last: 0 });
  });

  it('keeps its rows while a training is followed', () => {
    const training = job({ job_id: 'j2', kind: 'train' });
    const state = after([FOLLOW, said(1, row(5, 0.9)), { type: 'FOLLOW', job: training }]);
    expect(state.kOptimization.kSvdResults).toHaveLength(1);
    expect(state.followed).toMatchObject({ id: 'j2', kind: 'train' });
  });

  it('of before is read again without being followed', () => {
    const state = after([{ type: 'SHOW_SEARCH', jobId: 'j1' }, said(1, row(5, 0.9))]);
    expect(state.kOptimization.kSvdResults).toHaveLength(1);
    expect(state).toMatchObject({ followed: null, kOptimization: { status: 'idle' } });
  });
});

it('a training tells its phases and its progress', () => {
  const { followed } = after([
    { type: 'FOLLOW', job: job({ kind: 'train', status: 'waiting' }) },
    said(1, { type: 'status', message: 'stars', phase: 'stars', progress: 60 }),
  ]);
  expect(followed).toMatchObject({ status: 'running', phase: 'stars', progress: 60 });
});

it('auto-refresh is switched', () => {
  expect(reduce(INITIAL, { type: 'SET_AUTO_REFRESH', on: true }).isAutoRefresh).toBe(true);
});
