import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { formats } from '@/lib/format';
import en from '../locales/en.json';
import italian from '../locales/it.json';
import { excerpt, ordered, viewingsChange } from './changes';
import { choiceForKey } from './keys';
import { mendText } from './reasons';
import { furtherSentences, historyLine, mainSentence } from './sentence';
import { whatAgrees } from './why';

let english: TFunction;
let inItalian: TFunction;

beforeAll(async () => {
  const words = i18next.createInstance();
  await words.init({
    resources: { en: { transfer: en }, it: { transfer: italian } },
    defaultNS: 'transfer',
    interpolation: { escapeValue: false },
  });
  english = words.getFixedT('en');
  inItalian = words.getFixedT('it');
});

describe('the sentence of a preview', () => {
  const counts = { added: 1812, merged: 41, unchanged: 1 };

  it('tells what comes, what is completed and what stays', () => {
    expect(mainSentence(counts, 'preview', english, formats('en'))).toBe(
      'This file brings 1,812 new films, completes 41 that you have and leaves 1 as it is.',
    );
    expect(mainSentence(counts, 'preview', inItalian, formats('it'))).toBe(
      'Questo file porta 1812 film nuovi, ne completa 41 che hai già e ne lascia 1 com’è.',
    );
  });

  it('names the films where no new one leads', () => {
    expect(mainSentence({ unchanged: 1572 }, 'preview', inItalian, formats('it'))).toBe(
      'Questo file lascia 1572 film come sono.',
    );
  });

  it('says when there is nothing', () => {
    expect(mainSentence({ rejected: 3 }, 'preview', english, formats('en'))).toBe(
      'This file brings nothing that you do not have.',
    );
  });

  it('is followed by one for each kind of row that asks for a look', () => {
    const said = furtherSentences(
      { doubtful: 1, rejected: 2 },
      3,
      'preview',
      english,
      formats('en'),
    );
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('1 film is in doubt');
    expect(said[1]).toContain('2 lines cannot be read');
    expect(said[2]).toContain('On 3 films');
  });
});

describe('the history', () => {
  it('counts films of one’s own among the new', () => {
    const found = { status: 'applied', counts: { added: 2, not_found: 1, doubtful: 1 } };
    expect(historyLine(found, english, formats('en'))).toBe('4 new films');
  });

  it('says nothing of a file that could not be read', () => {
    expect(historyLine({ status: 'failed', counts: {} }, english, formats('en'))).toBe('');
  });
});

describe('changes', () => {
  it('of viewings are the dates that come and go, each as often as it does', () => {
    expect(viewingsChange([''], ['2024-05-17', '2024-05-17'])).toEqual({
      added: ['2024-05-17', '2024-05-17'],
      removed: [''],
    });
    expect(viewingsChange(['2020'], ['2020', '2020'])).toEqual({ added: ['2020'], removed: [] });
  });

  it('begin with the rating and the viewings', () => {
    const fields = ['review', 'other', 'watches', 'rating'];
    const sorted = ordered(fields.map((field) => ({ field, from: null, to: null })));
    expect(sorted.map((change) => change.field)).toEqual(['rating', 'watches', 'review', 'other']);
  });

  it('show the first words of a review without its markup', () => {
    expect(excerpt('<b>Bold</b>\n\n and  plain')).toBe('Bold and plain');
    expect(excerpt('word '.repeat(40)).length).toBeLessThanOrEqual(91);
  });
});

describe('a row in doubt', () => {
  it('is settled by a digit or a letter', () => {
    expect(choiceForKey('2', ['a', 'b'])).toBe('b');
    expect(choiceForKey('3', ['a', 'b'])).toBeNull();
    expect(['O', 's', 'f', 'x'].map((key) => choiceForKey(key, []))).toEqual([
      'own',
      'skip',
      'search',
      null,
    ]);
  });

  it('says what agrees, and nothing of a year that the file does not give', () => {
    expect(whatAgrees(['title', 'near_year', 'director'], 1972)).toEqual([
      'title',
      'near_year',
      'director',
    ]);
    expect(whatAgrees([], 1972)).toEqual(['near_title', 'other_year']);
    expect(whatAgrees(['title'], null)).toEqual(['title']);
    expect(whatAgrees(null, 1972)).toEqual(['searched']);
  });
});

describe('a refused row', () => {
  const mend = {
    field: 'Rating',
    message: '“7” is out of range',
    mend: 'a number above 0 and up to 5',
  };

  it('says in both languages what is wrong and what to do', () => {
    expect(mendText(mend, 'en').wrong).toBe('“7” is out of range.');
    expect(mendText(mend, 'it')).toEqual({
      wrong: '«7» è fuori scala.',
      todo: 'Scrivi un numero sopra lo 0 e fino a 5.',
    });
  });
});
