/** English grammar that a sentence with a number in it needs. */

const SUFFIXES: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

/** 1 → "1st", 12 → "12th", 23 → "23rd". */
export function ordinal(n: number): string {
  return `${n}${SUFFIXES[ORDINALS.select(n)] ?? 'th'}`;
}

/** One noun, singular or plural: `count(1, "film", "films")`. */
export function count(n: number, one: string, many: string, shown = String(n)): string {
  return `${shown} ${n === 1 ? one : many}`;
}

/** "the 1990s". */
export function decade(id: string): string {
  return `the ${id}s`;
}

/** 0.5 → "half a star", 3.5 → "3½ stars". */
export function starsEn(value: string | number): string {
  const stars = Number(value);
  if (stars === 0.5) return 'half a star';
  if (stars === 1) return '1 star';
  return `${Math.floor(stars)}${stars % 1 === 0 ? '' : '½'} stars`;
}
