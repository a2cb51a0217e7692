import type { Page, PersonRef } from './common';

/** Ratings are stars, 0.5 to 5. */
export interface EntryBrief {
  rating: number | null;
  liked: boolean;
  watchlist: boolean;
  seen: boolean;
  watch_count: number;
  last_watched: string | null;
  version: number;
}

export interface FilmFacts {
  film_id: string;
  tmdb_id: number | null;
  imdb_id: string | null;
  title: string;
  title_en: string | null;
  title_it: string | null;
  year: number | null;
  runtime: number | null;
  genres: string[];
  directors: PersonRef[];
  cast: PersonRef[];
  countries: string[];
  languages: string[];
  poster_url: string | null;
  votes: number;
  mean_rating: number | null;
  private: boolean;
  version: number;
}

export interface Community {
  watched: number;
  rated: number;
  mean_rating: number | null;
}

export interface Film extends FilmFacts {
  mine: EntryBrief | null;
  community: Community;
}

export interface Facet {
  id: string;
  count: number;
}

export interface Facets {
  genres: Facet[];
  decades: Facet[];
  countries: Facet[];
  languages: Facet[];
}

export interface FilmsQuery {
  q?: string;
  year?: number;
  year_from?: number;
  year_to?: number;
  decade?: string;
  genre?: string;
  country?: string;
  language?: string;
  person?: string;
  runtime_max?: number;
  seen?: 'yes' | 'no';
  sort?: 'relevance' | 'popularity' | 'year' | '-year' | 'title' | 'runtime';
  limit?: number;
  cursor?: string;
}

/** What one may say of a film; people by name. */
export interface FilmDraft {
  title?: string;
  title_en?: string | null;
  title_it?: string | null;
  year?: number | null;
  runtime?: number | null;
  genres?: string[];
  directors?: string[];
  cast?: string[];
  countries?: string[];
  languages?: string[];
}

export interface PersonPage {
  id: string;
  name: string;
  films: Page<Film>;
  directed: number;
  acted: number;
}
