import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stubSource } from '../testing/builders';
import { useJobStream } from './useJobStream';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('hears a job with the number of each message, and closes at its end', () => {
  const sources = stubSource();
  const hear = vi.fn();
  renderHook(() => useJobStream('a b', hear));
  const source = sources.all[0];
  expect(source?.url).toBe('/api/admin/ml/jobs/a%20b/stream');
  source?.say(7, { type: 'status', message: 'x' });
  source?.say(8, { type: 'novelty' });
  source?.say(9, { type: 'ended', status: 'done' });
  expect(hear.mock.calls.map(([, number]) => number as number)).toEqual([7, 9]);
  expect(source?.readyState).toBe(2);
});

it('opens anew where the browser gave up, and later each time', () => {
  const sources = stubSource();
  renderHook(() => useJobStream('j1', vi.fn()));
  act(() => sources.all[0]?.fail());
  vi.advanceTimersByTime(2_000);
  expect(sources.all).toHaveLength(2);
  act(() => sources.all[1]?.fail());
  vi.advanceTimersByTime(2_000);
  expect(sources.all).toHaveLength(2);
  vi.advanceTimersByTime(2_000);
  expect(sources.all).toHaveLength(3);
});

it('closes when the page goes, and opens nothing after', () => {
  const sources = stubSource();
  const { unmount } = renderHook(() => useJobStream('j1', vi.fn()));
  act(() => sources.all[0]?.fail());
  unmount();
  vi.advanceTimersByTime(60_000);
  expect(sources.all).toHaveLength(1);
});

it('opens nothing without a job', () => {
  const sources = stubSource();
  renderHook(() => useJobStream(null, vi.fn()));
  expect(sources.all).toEqual([]);
});
