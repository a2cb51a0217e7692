/** Stars, intervals and places as they are said. Pure. */

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

/** 3 → "3rd", "3º". */
export function place(count: number, language: string): string {
  if (language === 'it') return `${count}º`;
  return `${count}${SUFFIXES[ORDINALS.select(count)] ?? 'th'}`;
}

/** 3.5 → "3½", 0.5 → "½". */
export function halves(stars: number): string {
  const whole = Math.floor(stars);
  if (stars % 1 === 0) return String(whole);
  return `${whole === 0 ? '' : whole}½`;
}

/** Which ratings in half stars lie in an interval: the first and the last; null for none. */
export function within(interval: { low: number; high: number }): [number, number] | null {
  const low = Math.max(0.5, Math.ceil(interval.low * 2 - 1e-9) / 2);
  const high = Math.min(5, Math.floor(interval.high * 2 + 1e-9) / 2);
  return low <= high ? [low, high] : null;
}

/** Split a sentence at ⟦names⟧, which stand for something to be drawn. */
export function pieces(sentence: string): { text: string; slot: boolean }[] {
  return sentence
    .split(/⟦(\w+)⟧/)
    .map((text, at) => ({ text, slot: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
