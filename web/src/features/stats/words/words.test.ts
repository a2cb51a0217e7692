import { describe, expect, it } from 'vitest';

import type { Move } from '../model/types';
import { words } from '.';
import { ordinal, starsEn } from './english';
import { fromPlace, starsIt, thePercent, toPlace } from './italian';
import { numberWords, simpleFraction } from './numbers';
import { capital, type Names, parts, plain } from './words';

const italian: Names = {
  genre: (id) => (id === 'Horror' ? 'Horror' : id),
  country: (code) => code,
  language: (code) => code,
};
const tell = (lang: 'it' | 'en', move: Move) => plain(words(lang).move(move, italian));

describe('what a rating moved', () => {
  const kurosawa = { kind: 'rank', type: 'director', id: 'nm1', name: 'Akira Kurosawa' } as const;

  it('says the time in hours and minutes', () => {
    expect(tell('it', { kind: 'time', minutes: 139 })).toBe('+2 h 19 min di cinema');
    expect(tell('en', { kind: 'time', minutes: -45 })).toBe('−45 min of cinema');
  });

  it('says ranks as places, with the article that the number asks for', () => {
    expect(tell('it', { ...kurosawa, from: 9, to: 7 })).toBe(
      'Akira Kurosawa sale dal 9º al 7º posto tra i registi',
    );
    expect(tell('it', { ...kurosawa, from: 8, to: 11 })).toBe(
      'Akira Kurosawa scende dall’8º all’11º posto tra i registi',
    );
    expect(tell('en', { ...kurosawa, from: 12, to: 3 })).toBe(
      'Akira Kurosawa climbs from 12th to 3rd among your directors',
    );
  });

  it('says who comes in and who leaves', () => {
    expect(tell('it', { ...kurosawa, from: null, to: 42 })).toBe(
      'Akira Kurosawa entra al 42º posto tra i registi',
    );
    expect(tell('en', { ...kurosawa, from: 50, to: null })).toBe(
      'Akira Kurosawa leaves the top 50 among your directors',
    );
  });

  it('says averages with the language’s own decimal mark', () => {
    const move = { kind: 'affinity_average', type: 'genre', id: 'Horror', name: 'Horror' } as const;
    expect(tell('en', { ...move, from: 3.4, to: 3.5 })).toBe(
      'Your horror average goes from 3.4 to 3.5',
    );
    expect(tell('it', { ...move, from: 3.4, to: 3.5 })).toBe(
      'La tua media nel genere horror passa da 3,4 a 3,5',
    );
  });

  it('says a first and a last average', () => {
    expect(tell('en', { kind: 'average', from: null, to: 4 })).toBe('Your first average: 4.00');
    expect(tell('it', { kind: 'average', from: 4, to: null })).toBe(
      'Nessun voto, quindi nessuna media',
    );
  });

  it('counts one film as one', () => {
    expect(tell('it', { kind: 'rating_bucket', rating: 0.5, to: 1 })).toBe('1 film a mezza stella');
    expect(tell('en', { kind: 'rating_bucket', rating: 4.5, to: 1 })).toBe('1 film at 4½ stars');
    expect(tell('it', { kind: 'milestone', what: 'hours', value: 1000 })).toBe(
      'Traguardo: 1000 ore davanti allo schermo',
    );
  });

  it('names a decade as people do', () => {
    const move = {
      kind: 'rank',
      type: 'decade',
      id: '1990',
      name: '1990',
      from: 3,
      to: 2,
    } as const;
    expect(tell('it', move)).toBe('Gli anni Novanta salgono dal 3º al 2º posto tra i decenni');
    expect(tell('en', move)).toBe('The 1990s climb from 3rd to 2nd among your decades');
  });
});

it('names genres, countries and people so that the sentence holds', () => {
  const rank = { kind: 'rank', name: '', from: 4, to: 3 } as const;
  expect(tell('it', { ...rank, type: 'genre', id: 'Horror' })).toBe(
    'Il genere horror sale dal 4º al 3º posto tra i generi',
  );
  expect(tell('it', { ...rank, type: 'country', id: 'Stati Uniti' })).toBe(
    'Stati Uniti, su dal 4º al 3º posto tra i paesi',
  );
  const mean = { kind: 'affinity_average', id: 'nm1', name: 'Sam Neill', from: 3, to: 4 } as const;
  expect(tell('it', { ...mean, type: 'actor' })).toBe(
    'La tua media con Sam Neill passa da 3,0 a 4,0',
  );
});

describe('grammar', () => {
  it('elides before 8, 11 and the eighties only', () => {
    expect([1, 7, 8, 11, 18, 80, 88, 90].map(fromPlace)).toEqual([
      'dal 1º',
      'dal 7º',
      'dall’8º',
      'dall’11º',
      'dal 18º',
      'dall’80º',
      'dall’88º',
      'dal 90º',
    ]);
    expect([1, 8, 81].map(toPlace)).toEqual(['al 1º', 'all’8º', 'all’81º']);
    expect(['8%', '11%', '35%', '80%', '0%'].map(thePercent)).toEqual([
      'l’8%',
      'l’11%',
      'il 35%',
      'l’80%',
      'lo 0%',
    ]);
  });

  it('knows English ordinals', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '103rd',
    ]);
  });

  it('says stars in words', () => {
    expect(['0.5', '1', '1.5', '3.5', '5'].map(starsIt)).toEqual([
      'mezza stella',
      'una stella',
      'una stella e mezza',
      '3 stelle e mezza',
      '5 stelle',
    ]);
    expect(['0.5', '1', '1.5', '5'].map(starsEn)).toEqual([
      'half a star',
      '1 star',
      '1½ stars',
      '5 stars',
    ]);
  });

  it('says a span without repeating month and year', () => {
    const { span } = numberWords('en');
    expect(span('2024-11-06', '2024-11-26')).toEqual({ from: '6', to: '26 November 2024' });
    expect(span('2024-10-30', '2024-11-02').from).toBe('30 October');
    expect(span('2023-12-30', '2024-01-02').from).toBe('30 December 2023');
  });

  it('uses a fraction only when one is near', () => {
    expect(simpleFraction(0.331)).toEqual([1, 3]);
    expect(simpleFraction(0.44)).toBeNull();
  });
});

describe('findings in words', () => {
  const say = (lang: 'it' | 'en', finding: object) =>
    words(lang).finding({ topic: 'when', strength: 1, filter: {}, ...finding } as never, italian);

  it('marks what matters and begins with a capital', () => {
    const sentence = say('en', { id: 'weekday', weekday: 7, share: 1 / 3, ratio: 3 });
    expect(sentence).toBe('*Sunday* is your day: one viewing in three.');
    expect(parts(sentence)[0]).toEqual({ text: 'Sunday', strong: true });
    expect(capital('*la domenica*')).toBe('*La domenica*');
  });

  it('says how many times as much', () => {
    const month = { id: 'month', month: 11, years: 3 };
    expect(plain(say('en', { ...month, ratio: 2 }))).toBe(
      'You watch twice as much in November as in other months.',
    );
    expect(plain(say('it', { ...month, ratio: 2.7 }))).toBe(
      'A novembre guardi quasi il triplo rispetto agli altri mesi.',
    );
    expect(plain(say('it', { ...month, month: 4, ratio: 1.5 }))).toBe(
      'Ad aprile guardi il 50% in più rispetto agli altri mesi.',
    );
  });

  it('agrees in number', () => {
    const decade = { id: 'decade', decade: '1990', count: 9 };
    expect(plain(say('it', { ...decade, share: 0.4 }))).toBe(
      'Due film su cinque vengono dagli anni Novanta.',
    );
    expect(plain(say('it', { ...decade, share: 0.29 }))).toBe(
      'Il 29% dei film viene dagli anni Novanta.',
    );
    expect(plain(say('en', { ...decade, share: 0.5 }))).toBe(
      'Every second film comes from the 1990s.',
    );
  });
});
