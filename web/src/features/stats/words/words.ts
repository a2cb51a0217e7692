/** What every language must be able to say about the statistics. */

import type { Finding } from '../model/finding';
import type { AffinityType, Move } from '../model/types';
import type { Lang } from './numbers';

/** Names of things as the reader's language has them. */
export interface Names {
  genre(id: string): string;
  country(code: string): string;
  language(code: string): string;
}

/** Sentences mark what matters with *asterisks*; `parts` splits them. */
export interface Words {
  lang: Lang;
  finding(finding: Finding, names: Names): string;
  move(move: Move, names: Names): string;
  title: ChartTitles;
  stars(value: string | number): string;
  films(n: number): string;
  viewings(n: number): string;
  decade(id: string): string;
  affinity(type: AffinityType, id: string, name: string, names: Names): string;
}

export interface ChartTitles {
  years(best: { year: string; count: number }): string;
  months(best: { month: number }): string;
  monthsOfYears(first: string, last: string): string;
  weekdays(best: { weekday: number; share: number }): string;
  days(year: number, days: number, most: { day: string; count: number } | null): string;
  decades(best: { decade: string; count: number }): string;
  leading(names: string[]): string;
  person(name: string, films: number): string;
  loved(name: string, mean: number): string;
  ratings(best: { stars: string; share: number }): string;
  versus(difference: number | null, films: number): string;
}

/** Split a sentence at its asterisks: every second part is the emphasised one. */
export function parts(sentence: string): { text: string; strong: boolean }[] {
  return sentence
    .split('*')
    .map((text, i) => ({ text, strong: i % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** A sentence without its marks, for titles, labels and screen readers. */
export function plain(sentence: string): string {
  return sentence.replaceAll('*', '');
}

/** A sentence begins with a capital, marks or not. */
export function capital(sentence: string): string {
  return sentence.replace(
    /^(\*?)(\p{Ll})/u,
    (_, mark: string, letter: string) => mark + letter.toLocaleUpperCase(),
  );
}
