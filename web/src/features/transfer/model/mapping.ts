/** What the columns of a plain CSV mean: our fields, their columns, and whether that suffices. */

import type { MappingQuestion } from './types';

export const FIELDS = [
  'title',
  'original_title',
  'year',
  'imdb_id',
  'tmdb_id',
  'directors',
  'rating',
  'date',
  'rated_at',
  'rewatch',
  'liked',
  'watchlist',
  'tags',
  'review',
] as const;
export type Field = (typeof FIELDS)[number];

export const OPTIONS = {
  rating_scale: ['5', '10', '100'],
  date_order: ['ymd', 'dmy', 'mdy'],
  rows_are: ['seen', 'watchlist', 'liked'],
} as const;
export type Option = keyof typeof OPTIONS;

export type Mapping = Partial<Record<Field | Option, string>>;

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);
const isOption = (name: string): name is Option => name in OPTIONS;

/** The suggestion, without what this page does not know. */
export function fromSuggestion(suggested: Record<string, string>): Mapping {
  const mapping: Mapping = {};
  for (const [name, value] of Object.entries(suggested)) {
    if (isField(name) || isOption(name)) mapping[name] = value;
  }
  return mapping;
}

/** What a column is taken for, null when it is left aside. */
export function fieldOf(mapping: Mapping, column: string): Field | null {
  return FIELDS.find((field) => mapping[field] === column) ?? null;
}

/** Say what a column means. A field has one column: whoever had it before is left aside. */
export function assign(
  mapping: Mapping,
  column: string,
  field: Field | null,
  question: MappingQuestion,
): Mapping {
  const next: Mapping = { ...mapping };
  for (const known of FIELDS) if (next[known] === column) delete next[known];
  if (field !== null) next[field] = column;
  if (next.rating !== mapping.rating) {
    delete next.rating_scale;
    if (next.rating) next.rating_scale = scaleOf(samples(question, next.rating));
  }
  if (next.date !== mapping.date) delete next.date_order;
  return next;
}

/** The scale that the highest of the sampled ratings needs. */
export function scaleOf(texts: string[]): string {
  const highest = Math.max(0, ...texts.map((text) => Number(text.replace(',', '.')) || 0));
  return OPTIONS.rating_scale.find((scale) => highest <= Number(scale)) ?? '100';
}

export type Missing = 'film' | 'date_order';

/** What must still be said before the file can be read. */
export function missing(mapping: Mapping, question: MappingQuestion): Missing[] {
  const found: Missing[] = [];
  if (!mapping.title && !mapping.imdb_id && !mapping.tmdb_id) found.push('film');
  if (mapping.date && !mapping.date_order && ordersOf(samples(question, mapping.date)).length > 1) {
    found.push('date_order');
  }
  return found;
}

/** The cells of one column in the sample, empty ones left out. */
export function samples(question: MappingQuestion, column: string): string[] {
  const place = question.columns.indexOf(column);
  return question.sample.map((row) => (row[place] ?? '').trim()).filter((cell) => cell !== '');
}

export type DateOrder = (typeof OPTIONS.date_order)[number];

/** The orders in which every sampled date can be read; one is left when the days speak for it. */
export function ordersOf(texts: string[]): DateOrder[] {
  const numeric = texts
    .map((text) => text.split(/[\s/.-]+/))
    .filter((parts) => parts.length === 3 && parts.every((part) => /^\d+$/.test(part)))
    .map((parts) => parts.map(Number) as [number, number, number]);
  if (numeric.length === 0) return ['ymd'];
  const fits = (order: DateOrder): boolean =>
    numeric.every(([a, b, c]) => {
      const [year, month, day] =
        order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
      return year > 31 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
    });
  return (['ymd', 'dmy', 'mdy'] as const).filter(fits);
}

/** The stars that a sampled rating becomes on a scale; null where it is no rating. */
export function starsOf(text: string, scale: number): number | null {
  const value = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0 || value > scale) return null;
  return Math.max(1, Math.floor((value * 10) / scale + 0.5)) / 2;
}

/** A sampled date as the calendar has it, null where it cannot be read in that order. */
export function dateOf(text: string, order: DateOrder): string | null {
  const parts = text.trim().split(/[\s/.-]+/);
  if (parts.length !== 3 || !parts.every((part) => /^\d+$/.test(part))) return null;
  const [a = '', b = '', c = ''] = parts;
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
  if (
    year.length !== 4 ||
    Number(month) < 1 ||
    Number(month) > 12 ||
    Number(day) < 1 ||
    Number(day) > 31
  )
    return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
