/** What the console says of a job's message. Pure but for the words. */
import type { TFunction } from 'i18next';
import type { Message } from './messages';
import type { LogType } from './state';
import type { Failure, Job } from './types';
import type { Figures } from './useFigures';

export type T = TFunction<'ml'>;

export interface Line {
  type: LogType;
  text: string;
}

/** A phase in words; one that this page does not know is shown as the server calls it. */
export function phaseWords(t: T, phase: string): string {
  return t(`phase.${phase.replaceAll(/[\s-]/g, '_')}`, { defaultValue: phase });
}

export function lineOf(
  message: Message,
  kind: string,
  t: T,
  { three, percent }: Figures,
): Line | null {
  switch (message.type) {
    case 'status':
      return { type: 'info', text: statusText(message, t, three) };
    case 'matrix_info': {
      const [users, films] = message.shape;
      return {
        type: 'info',
        text: t('log.matrix', { users, films, density: percent(message.density) }),
      };
    }
    case 'phase':
      return { type: 'phase', text: phaseWords(t, message.phase) };
    case 'k_svd_result':
      return { type: 'info', text: svdText(message, t, three) };
    case 'k_cluster_result': {
      const values = { k: message.k, silhouette: three(message.silhouette_score) };
      return { type: 'info', text: t('log.clusterRow', values) };
    }
    case 'k_svd_optimal':
      return { type: 'success', text: t('log.svdOptimal', { k: message.optimal_k }) };
    case 'k_cluster_optimal':
      return { type: 'success', text: t('log.clusterOptimal', { k: message.optimal_k }) };
    case 'error':
      return { type: 'error', text: failureWords(t, message.failure, message.message) };
    case 'completed':
      return null;
    case 'ended':
      return endText(message, kind, t);
  }
}

function svdText(row: Message & { type: 'k_svd_result' }, t: T, three: Figures['three']) {
  return row.held_out_rmse == null
    ? t('log.svdRowUnjudged', { k: row.k })
    : t('log.svdRow', { k: row.k, error: three(row.held_out_rmse) });
}

function statusText(
  { phase, what, message, ...said }: Message & { type: 'status' },
  t: T,
  three: Figures['three'],
) {
  if (phase) return phaseWords(t, phase);
  const values = typeof said.floor === 'number' ? { ...said, floor: three(said.floor) } : said;
  return what ? t(`log.said.${what}`, { ...values, defaultValue: message }) : message;
}

/** Why a job failed, in the reader's language; in the server's where it says no more than that. */
export function failureWords(t: T, failure?: Failure | null, detail?: string | null): string {
  const said = detail ?? '';
  if (!failure) return said;
  return t(`failure.${failure.kind}`, { ...failure.values, detail: said, defaultValue: said });
}

function endText(
  { status, error, failure }: Message & { type: 'ended' },
  kind: string,
  t: T,
): Line {
  const job = t(`kind.${kind}`);
  if (status === 'done') return { type: 'success', text: t('log.done', { job }) };
  if (status === 'cancelled') return { type: 'warning', text: t('log.cancelled', { job }) };
  return { type: 'error', text: t('log.failed', { job, why: failureWords(t, failure, error) }) };
}

/** What came of a training: the K that was used, and whether the new model serves. */
export function resultLine({ kind, status, result }: Job, t: T): Line | null {
  if (kind !== 'train' || status !== 'done' || !result) return null;
  const values = { version: result.version, k: result.k };
  return result.won
    ? { type: 'success', text: t('log.won', values) }
    : { type: 'warning', text: t('log.lost', values) };
}
