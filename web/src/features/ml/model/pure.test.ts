import { describe, expect, it } from 'vitest';
import { EVALUATION } from '../testing/builders';
import { binsOf } from './drift';
import { apart, dots, middle, nearest, place, seen, towards, WHOLE, zoomed } from './map';
import { besides, segmentsOf, skill } from './measures';
import { readMessage, type SvdRow } from './messages';
import { linear, roundTicks, spanOf } from './scale';
import { errorBound, leastError, verdictOf } from './verdicts';

describe('the map', () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 2, y: 0 },
    { x: 0, y: 1 },
  ];

  it('is as large as fits, both axes on one scale, north above', () => {
    const [a, b, c] = place(corners, 400, 400, 0);
    expect([a, b, c]).toEqual([
      { x: 0, y: 300 },
      { x: 400, y: 300 },
      { x: 0, y: 100 },
    ]);
  });

  it('keeps what is under the pointer where it is', () => {
    const at = { x: 120, y: 80 };
    const nearer = zoomed(WHOLE, 2, at);
    expect(seen(at, nearer)).toEqual(at);
    expect(zoomed(nearer, 0.5, at)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 1e9, at).k).toBe(24);
  });

  it('finds the point that is meant, of those that count', () => {
    const placed = place(corners, 400, 400, 0);
    expect(nearest(placed, { x: 5, y: 290 }, WHOLE, 16, () => true)).toBe(0);
    expect(nearest(placed, { x: 5, y: 290 }, WHOLE, 16, (i) => i !== 0)).toBeNull();
    expect(nearest(placed, { x: 200, y: 200 }, WHOLE, 16, () => true)).toBeNull();
  });

  it('goes on in the direction of an arrow', () => {
    const placed = place(corners, 400, 400, 0);
    expect(towards(placed, 0, 'ArrowRight', () => true)).toBe(1);
    expect(towards(placed, 0, 'ArrowUp', () => true)).toBe(2);
    expect(towards(placed, 0, 'ArrowLeft', () => true)).toBeNull();
  });

  it('draws many points as one path, and names their middle', () => {
    expect(
      dots([
        { x: 1, y: 2 },
        { x: 3.14159, y: 4 },
      ]),
    ).toBe('M1.0 2.0h0M3.1 4.0h0');
    expect(
      middle([
        { x: 0, y: 9 },
        { x: 1, y: 5 },
        { x: 100, y: 7 },
      ]),
    ).toEqual({ x: 1, y: 7 });
  });

  it('moves labels that would cover each other', () => {
    const [a, b, c] = apart([
      { x: 0, y: 10, width: 50 },
      { x: 10, y: 12, width: 50 },
      { x: 300, y: 12, width: 50 },
    ]);
    expect([a?.y, b?.y, c?.y]).toEqual([10, 28, 12]);
  });
});

describe('measures', () => {
  it('stand beside the baselines that have them, the best first', () => {
    expect(besides(EVALUATION, 'rmse').map(({ name }) => name)).toEqual(['model', 'bias']);
    expect(besides(EVALUATION, 'ndcg@10').map(({ name }) => name)).toEqual(['model', 'popularity']);
    expect(besides(EVALUATION, 'nothing')).toEqual([]);
  });

  it('are skill only against the best baseline, and sure when the intervals lie apart', () => {
    expect(skill(EVALUATION, 'rmse')).toMatchObject({ against: 'bias', sure: true });
    expect(skill(EVALUATION, 'rmse')?.share).toBeCloseTo(1 - 0.85 / 0.9);
    expect(skill(EVALUATION, 'ndcg@10')?.share).toBeCloseTo(0.31 / 0.22 - 1);
    expect(skill(EVALUATION, 'mae')).toBeNull();
  });

  it('come by segment from newcomers to old hands', () => {
    const names = segmentsOf(EVALUATION, 'ndcg@10').map(({ name }) => name);
    expect(names).toEqual(['under 20 ratings', '100 and more']);
  });
});

describe('verdicts', () => {
  const row = (k: number, held_out_rmse: number | null) =>
    ({ k, held_out_rmse, standard_error: 0.02, verdict: 'good' }) as SvdRow;

  it('bound the error by the least and its standard error', () => {
    const rows = [row(5, 0.91), row(10, 0.9), row(15, null)];
    expect(leastError(rows)?.k).toBe(10);
    expect(errorBound(rows)).toBeCloseTo(0.92);
    expect(errorBound([])).toBeNull();
  });

  it('say of the best that it is, and when it is worth nothing', () => {
    expect(verdictOf({ k: 5, verdict: 'good' }, 5)).toBe('optimum');
    expect(verdictOf({ k: 5, verdict: 'rejected' }, 5)).toBe('optimumRejected');
    expect(verdictOf({ k: 5, verdict: 'doubtful' }, 10)).toBe('doubtful');
  });
});

it('axes have round ticks within their span', () => {
  expect(roundTicks({ low: 0.83, high: 0.92 })).toEqual([0.84, 0.86, 0.88, 0.9, 0.92]);
  expect(spanOf([]).high).toBe(1);
  expect(spanOf([2, 2]).low).toBeLessThan(2);
  expect(linear({ low: 0, high: 10 }, 100, 200)(5)).toBe(150);
});

it('stars of before and since are shares, from the least', () => {
  const bins = binsOf({ stars_before: { '4': 3, '0.5': 1 }, stars_now: { '4': 1, '5': 1 } });
  expect(bins).toEqual([
    { stars: 0.5, before: 0.25, now: 0 },
    { stars: 4, before: 0.75, now: 0.5 },
    { stars: 5, before: 0, now: 0.5 },
  ]);
});

it('a message that nobody knows is not one', () => {
  expect(readMessage('{"type":"status","message":"x"}')).toEqual({ type: 'status', message: 'x' });
  expect(readMessage('{"type":"novelty"}')).toBeNull();
  expect(readMessage('{}')).toBeNull();
  expect(readMessage('{"k": NaN}')).toBeNull();
});
