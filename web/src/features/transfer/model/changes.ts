/** What a row would change, as lines of "before → after". */
import type { Change } from './types';

export interface ViewingsChange {
  added: string[];
  removed: string[];
}

/** The dates that come and go; a date that stands on both sides is no change. */
export function viewingsChange(from: unknown, to: unknown): ViewingsChange {
  const left = dates(to);
  const removed: string[] = [];
  for (const date of dates(from)) {
    const at = left.indexOf(date);
    if (at < 0) removed.push(date);
    else left.splice(at, 1);
  }
  return { added: left, removed };
}

function dates(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) =>
    typeof each === 'string' ? each : String((each as { date?: string } | null)?.date ?? ''),
  );
}

export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

const ORDER = ['rating', 'watches', 'liked', 'watchlist', 'tags', 'review'];

/** In the order in which people care. */
export function ordered(changes: Change[]): Change[] {
  const place = (change: Change) =>
    (ORDER.indexOf(change.field) + ORDER.length + 1) % (ORDER.length + 1);
  return [...changes].sort((a, b) => place(a) - place(b));
}

/** The first words of a text. */
export function excerpt(text: string, length = 90): string {
  const flat = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (flat.length <= length) return flat;
  const cut = flat.slice(0, length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), length - 20)).trimEnd()}…`;
}
