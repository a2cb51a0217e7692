import { expect, it } from 'vitest';

import type { EntryRow, YearInReview } from '../model/types';
import { longestRun, yearFacts } from './facts';

const film = { film_id: 'f1', title: 'Stalker', directors: [] } as unknown as EntryRow;
const year = (facts: Partial<YearInReview>): YearInReview => ({
  year: 2024,
  years: [2024],
  films: 1,
  viewings: 1,
  minutes: 160,
  rewatches: 0,
  avg_rating: null,
  first_film: film,
  last_film: film,
  top_rated: [],
  most_watched_director: null,
  most_watched_actor: null,
  genres: [],
  countries: [],
  decades: [],
  busiest_month: null,
  busiest_day: null,
  months: {},
  days: {},
  longest_streak: 1,
  first_viewings: 1,
  rewatched: [],
  milestones: [],
  new_directors: 0,
  compared_to_previous: null,
  ...facts,
});

it('finds the longest run of days, over the end of a month', () => {
  expect(longestRun(['2024-03-01', '2024-02-28', '2024-02-29', '2024-05-01'])).toEqual({
    from: '2024-02-28',
    to: '2024-03-01',
    days: 3,
  });
  expect(longestRun([])).toBeNull();
});

it('tells one film of a year once, and nothing that is not there', () => {
  expect(yearFacts(year({})).map((fact) => fact.key)).toEqual(['first']);
});

it('opens the very days of a run, and the films of the person within the year', () => {
  const facts = yearFacts(
    year({
      days: { '2024-01-01': 1, '2024-01-02': 2 },
      busiest_day: '2024-01-02',
      most_watched_director: {
        id: 'nm1',
        name: 'Agnès Varda',
        count: 3,
        rated: 0,
        sum_ratings: 0,
        mean_rating: null,
        bayes_mean: null,
        rank: 1,
        percentage: 1,
      },
    }),
  );
  expect(facts.find((fact) => fact.key === 'streak')?.filter).toMatchObject({
    watched_from: '2024-01-01',
    watched_to: '2024-01-02',
  });
  expect(facts.find((fact) => fact.key === 'director')?.filter).toMatchObject({
    director: 'nm1',
    watched_from: '2024-01-01',
    watched_to: '2024-12-31',
  });
});

it('calls no month the fullest when two are level', () => {
  const level = yearFacts(year({ months: { '11': 38, '12': 38 }, busiest_month: '12' }));
  expect(level.map((fact) => fact.key)).not.toContain('month');
});
