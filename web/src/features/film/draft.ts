import type { Film, FilmDraft } from '@/api/types';

/** What stands in the form's boxes. */
export interface Written {
  title: string;
  title_en: string;
  title_it: string;
  year: string;
  runtime: string;
  directors: string;
  cast: string;
  countries: string;
  languages: string;
}

export const listed = (values: readonly string[] = []) => values.join(', ');

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

export function draftFrom(written: Written, genres: string[]): FilmDraft {
  return {
    title: written.title.trim(),
    title_en: written.title_en.trim() || null,
    title_it: written.title_it.trim() || null,
    year: written.year ? Number(written.year) : null,
    runtime: written.runtime ? Number(written.runtime) : null,
    genres,
    directors: split(written.directors),
    cast: split(written.cast),
    countries: split(written.countries).map((code) => code.toUpperCase()),
    languages: split(written.languages).map((code) => code.toLowerCase()),
  };
}

export function draftOf(film: Film): FilmDraft {
  return {
    title: film.title,
    title_en: film.title_en,
    title_it: film.title_it,
    year: film.year,
    runtime: film.runtime,
    genres: film.genres,
    directors: film.directors.map((person) => person.name),
    cast: film.cast.map((person) => person.name),
    countries: film.countries,
    languages: film.languages,
  };
}

/** Only what was changed: what stands is left as it is, with the source it came from. */
export function changes(before: FilmDraft, after: FilmDraft): FilmDraft {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof FilmDraft]),
    ),
  );
}
