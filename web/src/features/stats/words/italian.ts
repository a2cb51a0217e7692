/** Italian grammar that a sentence with a number in it needs. */

const startsWithVowelSound = (n: number): boolean =>
  n === 8 || n === 11 || (n >= 80 && n <= 89) || (n >= 800 && n <= 899);

/** "dal 9º", "dall’8º". */
export function fromPlace(n: number): string {
  return startsWithVowelSound(n) ? `dall’${n}º` : `dal ${n}º`;
}

/** "al 7º", "all’11º". */
export function toPlace(n: number): string {
  return startsWithVowelSound(n) ? `all’${n}º` : `al ${n}º`;
}

/** The article before a percentage: "il 40 %", "l’8 %", "lo 0 %". */
export function thePercent(shown: string): string {
  if (/^(8|11(\D|$))/.test(shown)) return `l’${shown}`;
  return /^0/.test(shown) ? `lo ${shown}` : `il ${shown}`;
}

/** One noun, singular or plural: `count(1, "film visto", "film visti")`. */
export function count(n: number, one: string, many: string, shown = String(n)): string {
  return `${shown} ${n === 1 ? one : many}`;
}

const DECADES: Record<string, string> = {
  '1920': 'Venti',
  '1930': 'Trenta',
  '1940': 'Quaranta',
  '1950': 'Cinquanta',
  '1960': 'Sessanta',
  '1970': 'Settanta',
  '1980': 'Ottanta',
  '1990': 'Novanta',
};

/** "anni Novanta", "anni 2010". */
export function decade(id: string): string {
  return `anni ${DECADES[id] ?? id}`;
}

/** 0.5 → "mezza stella", 3.5 → "3 stelle e mezza". */
export function starsIt(value: string | number): string {
  const stars = Number(value);
  const whole = Math.floor(stars);
  const half = stars % 1 !== 0;
  if (whole === 0) return half ? 'mezza stella' : '0 stelle';
  const shown = whole === 1 ? 'una stella' : `${whole} stelle`;
  return half ? `${shown} e mezza` : shown;
}
