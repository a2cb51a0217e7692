import { describe, expect, it } from 'vitest';
import { filmsSearch } from './films';
import { librarySearch } from './library';

describe('the address of the collection', () => {
  it('keeps what it understands, whoever typed it', () => {
    expect(
      librarySearch({ seen: 'yes', rating: '4.5', genre: 'Drama', decade: 1990, liked: false }),
    ).toEqual({ seen: true, rating: 4.5, genre: 'Drama', decade: '1990', liked: false });
  });

  it('leaves out what it does not', () => {
    expect(
      librarySearch({
        rating: 'many',
        sort: 'colour',
        context: 'moon',
        seen: 'perhaps',
        x: 1,
        tag: '',
      }),
    ).toEqual({});
    expect(filmsSearch({ seen: 'maybe', year: 'x', q: 8.5 })).toEqual({ q: '8.5' });
  });
});
