import { expect, it } from 'vitest';
import { halves, pieces, place, within } from './words';

it('says places in both languages', () => {
  expect([1, 2, 3, 11, 41].map((each) => place(each, 'en'))).toEqual([
    '1st',
    '2nd',
    '3rd',
    '11th',
    '41st',
  ]);
  expect(place(8, 'it')).toBe('8º');
});

it('writes half stars as people do', () => {
  expect([0.5, 1, 3.5, 5].map(halves)).toEqual(['½', '1', '3½', '5']);
});

it('names the ratings that an interval holds, and none outside the scale', () => {
  expect(within({ low: 3.1, high: 4.9 })).toEqual([3.5, 4.5]);
  expect(within({ low: -0.2, high: 5.6 })).toEqual([0.5, 5]);
  expect(within({ low: 3.5, high: 3.5 })).toEqual([3.5, 3.5]);
  expect(within({ low: 3.6, high: 3.9 })).toBeNull();
});

it('leaves room in a sentence for what is drawn', () => {
  expect(pieces('Because of ⟦a⟧ and ⟦b⟧.')).toEqual([
    { text: 'Because of ', slot: false },
    { text: 'a', slot: true },
    { text: ' and ', slot: false },
    { text: 'b', slot: true },
    { text: '.', slot: false },
  ]);
});
