import { describe, expect, it } from 'vitest';

import { emptyStats, withAffinity } from '../testing/builders';
import { findings } from './findings';
import type { Finding } from './finding';
import type { Highlights, UserStats } from './types';

const found = (stats: Partial<UserStats>, highlights?: Partial<Highlights>): Finding[] =>
  findings(
    {
      stats: { ...emptyStats(), ...stats },
      highlights: highlights as Highlights | undefined,
      currentYear: 2026,
    },
    10,
  );
const ids = (list: Finding[]) => list.map((finding) => finding.id);

const steadyYear = (november: number) =>
  Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [String(i + 1).padStart(2, '0'), i === 10 ? november : 6]),
  );

describe('findings', () => {
  it('says nothing of an empty diary', () => {
    expect(found({})).toEqual([]);
  });

  it('says nothing of a handful of films, however lopsided', () => {
    expect(
      found({
        total_watched: 4,
        viewings: 4,
        weekday_counts: { '7': 4 },
        monthly_counts: { '2025': { '11': 4 } },
      }),
    ).toEqual([]);
  });

  it('finds the month that is twice as full, year after year', () => {
    const [first] = found({
      viewings: 234,
      monthly_counts: { '2023': steadyYear(12), '2024': steadyYear(12), '2025': steadyYear(12) },
    });
    expect(first).toMatchObject({ id: 'month', month: 11, ratio: 2, years: 3 });
    expect(first?.filter).toMatchObject({ watched_month: '11' });
  });

  it('does not take one full month of one year for a habit', () => {
    const list = found({ viewings: 90, monthly_counts: { '2025': steadyYear(24) } });
    expect(ids(list)).toContain('fullest_month');
    expect(ids(list)).not.toContain('month');
  });

  it('does not compare the year that still runs', () => {
    const list = found({ viewings: 400, yearly_counts: { '2024': 100, '2025': 200, '2026': 10 } });
    expect(list).toContainEqual(
      expect.objectContaining({ id: 'year_change', year: '2025', before: '2024' }),
    );
  });

  it('leaves a change alone that chance could make', () => {
    expect(
      ids(found({ viewings: 205, yearly_counts: { '2024': 100, '2025': 105 } })),
    ).not.toContain('year_change');
  });

  it('names the genre that is judged harder, once enough are rated', () => {
    const horror = withAffinity('Horror', { rated: 40, mean_rating: 2.6, bayes_mean: 2.7 });
    const few = withAffinity('War', { rated: 3, mean_rating: 0.5, bayes_mean: 2.4 });
    expect(found({ avg_rating: 3.5, genres: [horror, few] })).toContainEqual(
      expect.objectContaining({ id: 'genre_hard', genre: 'Horror' }),
    );
  });

  it('tells one finding of a topic, at most three', () => {
    const list = findings({
      stats: {
        ...emptyStats(),
        viewings: 300,
        viewing_minutes: 30_000,
        rewatches: 60,
        weekday_counts: { '1': 30, '2': 30, '3': 30, '4': 30, '5': 30, '6': 30, '7': 120 },
        monthly_counts: { '2023': steadyYear(30), '2024': steadyYear(30) },
        yearly_counts: { '2023': 96, '2024': 204 },
      },
      currentYear: 2026,
    });
    expect(list).toHaveLength(3);
    expect(new Set(list.map((finding) => finding.topic)).size).toBe(3);
  });

  it('compares with everybody only over enough films', () => {
    const versus = { mine: 3, community: 3.4, difference: -0.4, most_above: [], most_below: [] };
    const streaks = { longest_from: null } as Highlights['streaks'];
    expect(ids(found({}, { streaks, versus: { ...versus, films: 200 } }))).toContain('versus');
    expect(ids(found({}, { streaks, versus: { ...versus, films: 5 } }))).not.toContain('versus');
  });
});
