/** A score as an account: lines that add up, to the last digit that is shown. Pure. */

import type { StarsTerm, Term } from '@/lib/queries/recommendations';

export type LineKind = Term['kind'] | StarsTerm['kind'] | 'cut';

export interface Line {
  key: string;
  kind: LineKind;
  label: string;
  /** The person's own film, for `rating`. */
  filmId: string | null;
  stars: number | null;
  model: string | null;
  byModel: Record<string, number>;
  /** How many lines are folded into `rest`. */
  count: number;
  value: number;
  /** What is shown: rounded up or down, so that the lines shown add to the sum shown. */
  shown: number;
  /** The sum before this line, and after it. */
  from: number;
  to: number;
}

export interface Account {
  lines: Line[];
  sum: number;
  shown: number;
  /** Digits after the point, the same in every line. */
  digits: number;
}

type Raw = Omit<Line, 'shown' | 'from' | 'to'>;

const MOST = 9;
/** The server rounds to four digits. */
const NOTHING = 5e-4;

/**
 * Round summands so that they add to the rounded sum: each goes down, and those that lost most go
 * up again (the method of largest remainders).
 */
export function apportion(values: readonly number[], sum: number, digits: number): number[] {
  const scale = 10 ** digits;
  const target = Math.round(sum * scale);
  const down = values.map((value) => Math.floor(value * scale));
  const left = target - down.reduce((all, value) => all + value, 0);
  const lost = values.map((value, at) => ({ at, lost: value * scale - (down[at] ?? 0) }));
  lost.sort((one, other) => other.lost - one.lost);
  for (const { at } of lost.slice(0, Math.max(0, left))) down[at] = (down[at] ?? 0) + 1;
  return down.map((value) => value / scale);
}

/** The account of a score. */
export function scoreAccount(terms: readonly Term[], score: number): Account {
  return accountOf(
    terms.map((term) => ({
      key: keyOf(term.kind, term.film_id ?? term.model),
      kind: term.kind,
      label: term.label,
      filmId: term.film_id ?? null,
      stars: term.stars ?? null,
      model: term.model ?? null,
      byModel: term.by_model,
      count: term.count ?? 1,
      value: term.value,
    })),
    score,
  );
}

/** The account of the predicted stars; what lies beyond the scale is cut off, and that is a line. */
export function starsAccount(terms: readonly StarsTerm[], predicted: number): Account {
  const lines: Raw[] = terms.map((term) => ({
    key: keyOf(term.kind, term.film_id),
    kind: term.kind,
    label: term.label,
    filmId: term.film_id ?? null,
    stars: term.stars ?? null,
    model: null,
    byModel: {},
    count: term.count ?? 1,
    value: term.value,
  }));
  const beyond = predicted - lines.reduce((all, line) => all + line.value, 0);
  if (Math.abs(beyond) > NOTHING) {
    lines.push({ ...EMPTY, key: 'cut', kind: 'cut', value: beyond });
  }
  return accountOf(lines, predicted);
}

const EMPTY: Raw = {
  key: 'rest',
  kind: 'rest',
  label: '',
  filmId: null,
  stars: null,
  model: null,
  byModel: {},
  count: 0,
  value: 0,
};

function keyOf(kind: string, of: string | null | undefined): string {
  return of ? `${kind}-${of}` : kind;
}

function accountOf(raw: Raw[], sum: number): Account {
  const folded = fold(raw);
  const digits = digitsFor(folded.map((line) => line.value));
  const shown = apportion(
    folded.map((line) => line.value),
    sum,
    digits,
  );
  let running = 0;
  const lines = folded.map((line, at) => {
    const from = running;
    running += line.value;
    return { ...line, shown: shown[at] ?? 0, from, to: running };
  });
  return { lines, sum, shown: Math.round(sum * 10 ** digits) / 10 ** digits, digits };
}

/** The biggest first, all the smaller ones in one line, and what is cut off at the end. */
function fold(raw: Raw[]): Raw[] {
  const last = raw.filter((line) => line.kind === 'cut');
  const rest = raw.filter((line) => line.kind === 'rest');
  const sorted = raw
    .filter((line) => line.kind !== 'rest' && line.kind !== 'cut')
    .sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
  const folded = [...rest, ...sorted.slice(MOST)];
  if (folded.length === 0) return [...sorted, ...last];
  const line = {
    ...EMPTY,
    count: folded.reduce((all, each) => all + each.count, 0),
    value: folded.reduce((all, each) => all + each.value, 0),
  };
  return [...sorted.slice(0, MOST), line, ...last];
}

/** Two digits, or more where even the largest line is small. */
function digitsFor(values: readonly number[]): number {
  const largest = Math.max(...values.map(Math.abs), 1e-9);
  return Math.min(5, Math.max(2, 1 - Math.floor(Math.log10(largest))));
}

/** From a running sum to a place between 0 and 1; `broken` is where the axis is cut, if it is. */
export interface Scale {
  at: (sum: number) => number;
  broken: number | null;
}

/** When all the small lines together reach so many times as far as the others, the axis is cut. */
const FAR = 2.5;
const BEFORE_CUT = 0.72;
/** As much of the width has what all films share. */
const SHARED = 0.2;

/** The scale of an account's bars: cut where one line would dwarf the others. */
export function scaleOf({ lines }: Account): Scale {
  const [least, most] = reach(lines);
  if (lines[0]?.kind === 'overall' && lines.length > 1) return fromShared(lines, lines[0]);
  const near = lines.filter((line) => line.kind !== 'rest');
  const [, close] = reach(near);
  if (near.length === lines.length || close <= 0 || most - least < FAR * (close - least)) {
    return { at: between(least, most, 0, 1), broken: null };
  }
  const [low, high] = [between(least, close, 0, BEFORE_CUT), between(close, most, BEFORE_CUT, 1)];
  return {
    at: (sum) => (sum <= close ? low(sum) : high(sum)),
    broken: BEFORE_CUT + (1 - BEFORE_CUT) / 3,
  };
}

/** Nearly all of what is predicted is the mean of all films: the axis is cut before what is not. */
function fromShared(lines: readonly Line[], overall: Line): Scale {
  const sums = lines.slice(1).map((line) => line.to);
  const [least, most] = [Math.min(overall.to, ...sums), Math.max(overall.to, ...sums)];
  const [low, high] = [between(0, least, 0, SHARED), between(least, most, SHARED, 1)];
  return { at: (sum) => (sum < least ? low(sum) : high(sum)), broken: SHARED / 2 };
}

/** The straight line through (from, low) and (to, high). */
function between(from: number, to: number, low: number, high: number) {
  return (sum: number) => low + ((high - low) * (sum - from)) / (to - from || 1);
}

/** The least and the most that the running sum reaches, with zero. */
function reach(lines: readonly Line[]): [number, number] {
  const sums = lines.flatMap((line) => [line.from, line.to]);
  return [Math.min(0, ...sums), Math.max(0, ...sums)];
}
