/** What a preview comes to: its bar, its tabs, and what would happen if it were applied now. */

import { OUTCOMES, type Counts, type Import, type Outcome, type RowFilter } from './types';

export interface Segment {
  outcome: Outcome;
  count: number;
  /** Of the bar, 0 to 1; no segment that holds a row is thinner than can be seen and hit. */
  share: number;
}

const THINNEST = 0.012;

/** The rows that the file holds, whatever becomes of them. */
export function totalRows(counts: Counts): number {
  return OUTCOMES.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

/** The bar's parts, in the order in which a person reads them, their shares adding up to one. */
export function segments(counts: Counts): Segment[] {
  const total = totalRows(counts);
  if (total === 0) return [];
  const raised = OUTCOMES.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count === 0 ? [] : [{ outcome, count, share: Math.max(count / total, THINNEST) }];
  });
  const sum = raised.reduce((all, segment) => all + segment.share, 0);
  return raised.map((segment) => ({ ...segment, share: segment.share / sum }));
}

/** Films that applying writes without another word: those in doubt come in as films of one's own. */
export function willChange(counts: Counts): number {
  return (
    (counts.added ?? 0) + (counts.merged ?? 0) + (counts.not_found ?? 0) + (counts.doubtful ?? 0)
  );
}

/** What asks for something comes first; once all is done, what came of it. */
const ASKING: RowFilter[] = [
  'doubtful',
  'conflict',
  'added',
  'merged',
  'not_found',
  'rejected',
  'unchanged',
];
const DONE: RowFilter[] = [
  'added',
  'merged',
  'not_found',
  'doubtful',
  'conflict',
  'rejected',
  'unchanged',
];

/** The tabs worth showing, in order. */
export function tabs(found: Pick<Import, 'counts' | 'conflicts' | 'status'>): RowFilter[] {
  const order = found.status === 'preview' ? ASKING : DONE;
  return order.filter((name) => countOf(found, name) > 0);
}

export function countOf(found: Pick<Import, 'counts' | 'conflicts'>, filter: RowFilter): number {
  return filter === 'conflict' ? found.conflicts : (found.counts[filter] ?? 0);
}

/** A part done, 0 to 1; null while nobody knows how much there is. */
export function partDone(done: number, total: number): number | null {
  if (total <= 0) return null;
  return Math.min(1, Math.max(0, done / total));
}
