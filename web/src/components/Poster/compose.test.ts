import { describe, expect, it } from 'vitest';
import { GENRES } from '@/lib/genres';
import { contrast } from './colour';
import { compose, HEIGHT, WIDTH, type PosterFilm } from './compose';
import { textWidth } from './widths';

const film = (id: string, genres: readonly string[] = ['Drama']): PosterFilm => ({
  film_id: id,
  year: 1954,
  genres,
  directors: [{ name: 'Akira Kurosawa' }],
});

const TITLES = [
  'Z',
  'M',
  'Persona',
  'Koyaanisqatsi',
  'Shichinin no samurai',
  'Les Glaneurs et la glaneuse',
  'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb',
  'Supercalifragilisticexpialidocious',
  'È stata la mano di Dio',
  '七人の侍',
  'Иваново детство',
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
];

describe('a poster', () => {
  it('is the same for the same film, whatever was drawn before', () => {
    const first = compose(film('aaaa'), 'Ikiru', false);
    compose(film('bbbb'), 'Ran', false);
    expect(compose(film('aaaa'), 'Ikiru', false)).toEqual(first);
  });

  it('keeps its colours and its drawing when only the size or the language of the title changes', () => {
    const large = compose(film('aaaa'), 'Ikiru', false);
    expect(compose(film('aaaa'), 'Vivere', false).inks).toEqual(large.inks);
    expect(compose(film('aaaa'), 'Ikiru', true).inks).toEqual(large.inks);
  });

  it('differs from film to film', () => {
    const drawn = Array.from({ length: 60 }, (_, at) => compose(film(`film${at}`), 'Ikiru', false));
    expect(new Set(drawn.map((each) => JSON.stringify(each))).size).toBe(60);
    expect(new Set(drawn.map((each) => each.inks.field)).size).toBeGreaterThan(8);
  });

  it.each(TITLES)('sets “%s” inside its edges', (title) => {
    for (const compact of [false, true]) {
      for (let at = 0; at < 25; at++) {
        const { title: block } = compose(film(`f${at}`), title, compact);
        for (const line of block.lines) {
          const width = line.length ?? textWidth(line.text, block.axis) * line.size;
          expect(block.x + width).toBeLessThanOrEqual(WIDTH);
          expect(block.y + line.y).toBeLessThanOrEqual(HEIGHT);
          expect(line.size).toBeGreaterThan(5);
        }
      }
    }
  });

  it('loses no word of the title', () => {
    for (let at = 0; at < 40; at++) {
      const { title } = compose(film(`w${at}`), 'The Man Who Shot Liberty Valance', false);
      const words = title.lines.map((line) => line.text).join(' ');
      expect(words.toLowerCase()).toBe('the man who shot liberty valance');
    }
  });

  it('can be read in every genre', () => {
    for (const genre of [...GENRES, 'Unheard-of']) {
      for (let at = 0; at < 30; at++) {
        const { inks } = compose(film(`g${at}`, [genre, 'Comedy']), 'Title', false);
        expect(contrast(inks.text, inks.field)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('draws with finite numbers only', () => {
    for (let at = 0; at < 300; at++) {
      const { shapes } = compose(film(`n${at}`, []), 'Title', at % 2 === 0);
      for (const shape of shapes) expect(shape.d).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
