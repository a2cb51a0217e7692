import type { Language } from '@/api/types';

const LOCALE: Record<Language, string> = { en: 'en-GB', it: 'it-IT' };

/** States that are no more, and so have no name in Intl. */
const HISTORIC: Record<string, Record<Language, string>> = {
  SU: { en: 'Soviet Union', it: 'Unione Sovietica' },
  CS: { en: 'Czechoslovakia', it: 'Cecoslovacchia' },
  YU: { en: 'Yugoslavia', it: 'Jugoslavia' },
  XG: { en: 'East Germany', it: 'Germania Est' },
};

export interface Titled {
  title: string;
  title_en: string | null;
  title_it: string | null;
}

export type Formats = ReturnType<typeof formats>;

/** Everything that is said in figures, dates and names, in one language. */
export function formats(language: Language, titles: Language | 'original' = 'original') {
  const locale = LOCALE[language];
  const number = new Intl.NumberFormat(locale);
  const star = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const mean = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const regions = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' });
  const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const dates = {
    day: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }),
    short: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
    month: new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
    monthName: new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }),
    weekday: new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }),
    instant: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  };
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });

  const titleOf = (film: Titled) =>
    (titles === 'it' && film.title_it) || (titles === 'en' && film.title_en) || film.title;

  return {
    locale,
    number: (value: number) => number.format(value),
    /** 4 → "4.0": one decimal, for a rating in stars. */
    stars: (value: number) => star.format(value),
    /** 3.456 → "3.46": for means. */
    mean: (value: number) => mean.format(value),
    /** 0.125 → "12.5%". */
    percent: (share: number) => percent.format(share),
    list: (names: string[]) => lists.format(names),
    country: (id: string) => HISTORIC[id]?.[language] ?? safely(() => regions.of(id), id),
    languageName: (id: string) => safely(() => languages.of(id), id),
    /** 139 → "2 h 19 min". */
    duration: (minutes: number) => {
      const hours = Math.floor(minutes / 60);
      const rest = minutes % 60;
      if (hours === 0) return `${rest} min`;
      return rest === 0 ? `${number.format(hours)} h` : `${number.format(hours)} h ${rest} min`;
    },
    /** A partial date of the viewer's calendar: "17 May 2024", "May 2024", "2024" or "". */
    date: (date: string) => {
      if (date.length === 10) return dates.day.format(utc(date));
      if (date.length === 7) return dates.month.format(utc(`${date}-01`));
      return date;
    },
    /** "17 May": where the year stands above. */
    dayOfMonth: (date: string) => dates.short.format(utc(date)),
    month: (month: string) => dates.month.format(utc(`${month}-01`)),
    /** 1 → "January". */
    monthName: (month: number) => dates.monthName.format(new Date(Date.UTC(2024, month - 1, 1))),
    /** 1 = Monday. */
    weekday: (day: number) => dates.weekday.format(new Date(Date.UTC(2024, 0, day))),
    /** An instant in the viewer's own time zone. */
    instant: (iso: string) => dates.instant.format(new Date(iso)),
    title: titleOf,
    /** The other name that a reader of this language may know it by; null where there is none. */
    otherTitle: (film: Titled) => {
      const shown = titleOf(film);
      const own = language === 'it' ? film.title_it : film.title_en;
      const other = shown === film.title ? own : film.title;
      return other && other !== shown ? other : null;
    },
  };
}

function utc(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

function safely(name: () => string | undefined, otherwise: string): string {
  try {
    return name() ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Today in the viewer's calendar, as "2024-05-17". */
export function today(now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
