/** Numbers as words and figures, the same in every sentence of the statistics. */

export type Lang = 'it' | 'en';

const TAGS: Record<Lang, string> = { it: 'it-IT', en: 'en-GB' };

export interface NumberWords {
  lang: Lang;
  /** 12345 → "12.345" / "12,345". */
  whole(n: number): string;
  /** Stars with one decimal, or as many as asked for: 3.46 → "3,5" / "3.5". */
  stars(n: number, digits?: number): string;
  /** A difference with its sign: "+0,3", "−0,3". */
  signed(n: number, digits?: number): string;
  /** 0.354 → "35%". */
  percent(part: number): string;
  /** 139 → "2 h 19 min", 45 → "45 min". */
  duration(minutes: number): string;
  /** "2024-05-17" → "17 maggio 2024"; "2024-05" → "maggio 2024"; "2024" → "2024". */
  date(iso: string, style?: 'long' | 'short'): string;
  /** Two days without saying month and year twice: "6", "26 novembre 2024". */
  span(from: string, to: string): { from: string; to: string };
  /** 1 → "gennaio" / "January". */
  month(n: number, style?: 'long' | 'short'): string;
  /** 1 (Monday) … 7 → "lunedì" / "Monday". */
  weekday(n: number, style?: 'long' | 'short'): string;
  /** "a", "a and b", "a, b and c". */
  list(items: string[]): string;
}

function dateFormat(iso: string, style: 'long' | 'short'): Intl.DateTimeFormatOptions {
  const options: Intl.DateTimeFormatOptions = { year: 'numeric', timeZone: 'UTC' };
  if (iso.length >= 7) options.month = style;
  if (iso.length >= 10) options.day = 'numeric';
  return options;
}

const made = new Map<Lang, NumberWords>();

/** Return the formats of one language; made once. */
export function numberWords(lang: Lang): NumberWords {
  let words = made.get(lang);
  if (!words) {
    words = makeNumberWords(lang);
    made.set(lang, words);
  }
  return words;
}

function makeNumberWords(lang: Lang): NumberWords {
  const tag = TAGS[lang];
  const decimals = (n: number, digits: number) =>
    new Intl.NumberFormat(tag, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(n);
  const whole = new Intl.NumberFormat(tag, {
    maximumFractionDigits: 0,
    useGrouping: 'always',
  });
  const share = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 });
  const at = (options: Intl.DateTimeFormatOptions, time: number) =>
    new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' }).format(time);
  return {
    lang,
    whole: (n) => (Math.abs(n) < 10000 && lang === 'it' ? String(Math.round(n)) : whole.format(n)),
    stars: (n, digits = 1) => decimals(n, digits),
    signed: (n, digits = 1) => `${n < 0 ? '−' : '+'}${decimals(Math.abs(n), digits)}`,
    percent: (part) => share.format(part).replace(/\s/g, '\u202f'),
    duration: (minutes) => {
      const hours = Math.floor(minutes / 60);
      const rest = Math.round(minutes % 60);
      const shownHours = `${whole.format(hours)} h`;
      if (hours === 0) return `${rest} min`;
      return rest === 0 ? shownHours : `${shownHours} ${rest} min`;
    },
    date: (iso, style = 'long') => {
      const [year = 1970, month = 1, day = 1] = iso.split('-').map(Number);
      return at(dateFormat(iso, style), Date.UTC(year, month - 1, day));
    },
    span: (from, to) => ({
      from:
        from.slice(0, 7) === to.slice(0, 7)
          ? String(Number(from.slice(8)))
          : from.slice(0, 4) === to.slice(0, 4)
            ? at({ day: 'numeric', month: 'long' }, Date.parse(from))
            : at({ day: 'numeric', month: 'long', year: 'numeric' }, Date.parse(from)),
      to: at({ day: 'numeric', month: 'long', year: 'numeric' }, Date.parse(to)),
    }),
    month: (n, style = 'long') => at({ month: style }, Date.UTC(2024, n - 1, 1)),
    weekday: (n, style = 'long') => at({ weekday: style }, Date.UTC(2024, 0, n)),
    list: (items) => new Intl.ListFormat(tag, { type: 'conjunction' }).format(items),
  };
}

/** A share as a fraction people say, when one is near enough: [1, 3] for 0.331, else null. */
export function simpleFraction(part: number): [number, number] | null {
  const known: [number, number][] = [
    [1, 2],
    [1, 3],
    [2, 3],
    [1, 4],
    [3, 4],
    [1, 5],
    [2, 5],
    [3, 5],
    [1, 6],
    [1, 8],
    [1, 10],
  ];
  const near = known.find(([top, bottom]) => Math.abs(part - top / bottom) <= 0.012);
  return near ?? null;
}
