import { describe, expect, it } from 'vitest';
import {
  assign,
  dateOf,
  fieldOf,
  fromSuggestion,
  missing,
  ordersOf,
  samples,
  scaleOf,
  starsOf,
} from './mapping';

const QUESTION = {
  columns: ['Pellicola', 'Giudizio', 'Quando'],
  sample: [
    ['Roma', '8', '03/04/2021'],
    ['Amarcord', '', '05/06/2021'],
    ['Suspiria', '6,5', ''],
  ],
  suggested: { title: 'Pellicola', rating_scale: '10', colour: 'blue' },
};

describe('the suggestion', () => {
  it('is taken over without what this page does not know', () => {
    expect(fromSuggestion(QUESTION.suggested)).toEqual({ title: 'Pellicola', rating_scale: '10' });
  });

  it('is shown beside its column', () => {
    expect(fieldOf({ title: 'Pellicola' }, 'Pellicola')).toBe('title');
    expect(fieldOf({ title: 'Pellicola' }, 'Quando')).toBeNull();
  });
});

describe('saying what a column means', () => {
  it('takes the field from the column that had it', () => {
    expect(assign({ title: 'Pellicola' }, 'Quando', 'title', QUESTION)).toEqual({
      title: 'Quando',
    });
  });

  it('reads the scale from the sampled ratings', () => {
    expect(assign({}, 'Giudizio', 'rating', QUESTION).rating_scale).toBe('10');
  });

  it('forgets the scale with the rating', () => {
    const mapping = { rating: 'Giudizio', rating_scale: '10' };
    expect(assign(mapping, 'Giudizio', null, QUESTION)).toEqual({});
  });
});

describe('what is still missing', () => {
  it('is a column that names the film', () => {
    expect(missing({ rating: 'Giudizio' }, QUESTION)).toEqual(['film']);
  });

  it('is the order of dates that may be read in two ways', () => {
    const mapping = { title: 'Pellicola', date: 'Quando' };
    expect(missing(mapping, QUESTION)).toEqual(['date_order']);
    expect(missing({ ...mapping, date_order: 'dmy' }, QUESTION)).toEqual([]);
  });
});

describe('samples', () => {
  it('leave empty cells out', () => {
    expect(samples(QUESTION, 'Quando')).toEqual(['03/04/2021', '05/06/2021']);
  });

  it.each([
    [['17/05/2024', '03/04/2024'], ['dmy']],
    [['05/17/2024'], ['mdy']],
    [['2024-05-17'], ['ymd']],
    [['03/04/2021'], ['dmy', 'mdy']],
    [['yesterday'], ['ymd']],
  ])('of dates %j allow %j', (texts, orders) => {
    expect(ordersOf(texts)).toEqual(orders);
  });

  it.each([
    [['4,5', '3'], '5'],
    [['8', '6,5'], '10'],
    [['85'], '100'],
    [[], '5'],
  ])('of ratings %j need the scale %s', (texts, scale) => {
    expect(scaleOf(texts)).toBe(scale);
  });

  it.each([
    ['8', 10, 4],
    ['6,5', 10, 3.5],
    ['85', 100, 4.5],
    ['0', 10, null],
    ['11', 10, null],
    ['good', 5, null],
  ])('of ratings: %s of %d is %s stars', (text, scale, stars) => {
    expect(starsOf(text, scale)).toBe(stars);
  });

  it('of dates are read in the order that was said', () => {
    expect(dateOf('3.4.2021', 'dmy')).toBe('2021-04-03');
    expect(dateOf('3/4/2021', 'mdy')).toBe('2021-03-04');
    expect(dateOf('13/13/2021', 'mdy')).toBeNull();
  });
});
