import { describe, expect, it } from 'vitest';
import { partDone, segments, tabs, totalRows, willChange } from './preview';

const COUNTS = { added: 980, merged: 15, unchanged: 0, doubtful: 1, not_found: 3, rejected: 1 };

describe('the bar', () => {
  it('leaves out what does not occur and adds up to one', () => {
    const parts = segments(COUNTS);
    expect(parts.map((part) => part.outcome)).toEqual([
      'added',
      'merged',
      'doubtful',
      'not_found',
      'rejected',
    ]);
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
  });

  it('keeps a single row among a thousand in sight', () => {
    const rejected = segments(COUNTS).find((part) => part.outcome === 'rejected');
    expect(rejected?.share).toBeGreaterThan(0.01);
  });

  it('is empty for a file without rows', () => {
    expect(segments({})).toEqual([]);
    expect(totalRows({})).toBe(0);
  });
});

describe('what applying writes', () => {
  it('counts films in doubt and films of no catalogue, and no refused line', () => {
    expect(willChange(COUNTS)).toBe(999);
  });
});

describe('the tabs', () => {
  it('begin with what asks for a word while nothing is applied', () => {
    expect(tabs({ counts: COUNTS, conflicts: 2, status: 'preview' }).slice(0, 3)).toEqual([
      'doubtful',
      'conflict',
      'added',
    ]);
  });

  it('begin with what came in once it is applied', () => {
    expect(tabs({ counts: COUNTS, conflicts: 0, status: 'applied' })[0]).toBe('added');
  });
});

describe('progress', () => {
  it('is unknown while nobody knows the whole', () => {
    expect(partDone(12, 0)).toBeNull();
  });

  it('never exceeds the whole', () => {
    expect(partDone(12, 10)).toBe(1);
  });
});
