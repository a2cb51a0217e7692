import type { FilmsQuery } from '@/api/types';
import { number, oneOf, text, tidy, type Search } from './read';

export const FILM_SORTS = ['relevance', 'popularity', 'year', '-year', 'title', 'runtime'] as const;

export type FilmsSearch = Omit<FilmsQuery, 'limit' | 'cursor'>;

export function filmsSearch(search: Search): FilmsSearch {
  return tidy({
    q: text(search.q),
    year: number(search.year),
    year_from: number(search.year_from),
    year_to: number(search.year_to),
    decade: text(search.decade),
    genre: text(search.genre),
    country: text(search.country),
    language: text(search.language),
    person: text(search.person),
    runtime_max: number(search.runtime_max),
    seen: oneOf(['yes', 'no'] as const)(search.seen),
    sort: oneOf(FILM_SORTS)(search.sort),
  });
}
