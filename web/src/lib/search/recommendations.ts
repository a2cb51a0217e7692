import { text, tidy, type Search } from './read';

export interface ForYouSearch {
  /** Whose account is open. */
  film?: string;
}

export function forYouSearch(search: Search): ForYouSearch {
  return tidy({ film: text(search.film) });
}
