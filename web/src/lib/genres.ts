/** A genre's colour on a poster, the same in both themes. On the page use `genreColour`. */
export const POSTER_COLOUR = {
  Action: '#e4802a',
  Adventure: '#2c8c6a',
  Animation: '#f2939f',
  Biography: '#b98a63',
  Comedy: '#f3c431',
  Crime: '#46424c',
  Documentary: '#aca089',
  Drama: '#35568c',
  Family: '#8fc9a8',
  Fantasy: '#6c8f35',
  'Film-Noir': '#201e22',
  History: '#866236',
  Horror: '#74132a',
  Music: '#7650c2',
  Musical: '#b752b9',
  Mystery: '#57487f',
  Romance: '#d65a86',
  'Sci-Fi': '#1b9cb3',
  Sport: '#4ba052',
  Thriller: '#0e5a61',
  War: '#696d38',
  Western: '#cf9446',
  Short: '#9aa6b2',
  News: '#7d8a8f',
} as const;

export type Genre = keyof typeof POSTER_COLOUR;

export const GENRES = Object.keys(POSTER_COLOUR) as Genre[];

export function isGenre(id: string): id is Genre {
  return id in POSTER_COLOUR;
}

/** The genre's colour on paper, as the theme has it. */
export function genreColour(id: string): string {
  return isGenre(id) ? `var(--genre-${id.toLowerCase()})` : 'var(--ink-3)';
}
