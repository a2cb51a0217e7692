import { inksFor, type Inks } from './colour';
import { Random } from './random';
import * as bold from './shapes/bold';
import type { Area, Drawing, Shape } from './shapes/draw';
import * as fine from './shapes/fine';
import * as plain from './shapes/plain';
import { typeset, type Block } from './typeset';

export interface PosterFilm {
  film_id: string;
  year: number | null;
  genres: readonly string[];
  directors: readonly { name: string }[];
}

export interface Composition {
  inks: Inks;
  area: Area;
  shapes: Shape[];
  title: Block & { x: number; y: number };
  note: { y: number } | null;
}

export const WIDTH = 200;
export const HEIGHT = 300;
const EDGE = 13;

const ALL: Record<string, Drawing> = { ...bold, ...fine, ...plain };
const EVERY = Object.keys(ALL);

/** Drawings that suit a genre: taken half the time; else any. */
const SUITED: Record<string, string[]> = {
  Action: ['bolt', 'shards', 'cross', 'rays', 'fan'],
  Adventure: ['peaks', 'sun', 'road', 'waves'],
  Animation: ['dots', 'tiles', 'sun', 'rings'],
  Biography: ['frames', 'moons', 'steps'],
  Comedy: ['dots', 'tiles', 'moons', 'rays', 'pair', 'fan', 'balls'],
  Crime: ['bars', 'blinds', 'slabs', 'door', 'cross'],
  Documentary: ['frames', 'dots', 'eye', 'rings'],
  Drama: ['frames', 'moons', 'pair', 'slabs', 'waves', 'door', 'arches', 'stripes'],
  Family: ['dots', 'tiles', 'sun', 'balls', 'arches'],
  Fantasy: ['orbits', 'peaks', 'spiral', 'moons'],
  'Film-Noir': ['blinds', 'door', 'eye'],
  History: ['steps', 'arches', 'slabs', 'stripes'],
  Horror: ['eye', 'shards', 'spiral', 'door'],
  Music: ['waves', 'rings', 'bars'],
  Musical: ['waves', 'rays', 'dots'],
  Mystery: ['door', 'eye', 'spiral', 'blinds'],
  Romance: ['pair', 'waves', 'moons', 'sun'],
  'Sci-Fi': ['orbits', 'rings', 'dots', 'spiral'],
  Sport: ['bolt', 'bars', 'rings'],
  Thriller: ['spiral', 'shards', 'road', 'eye', 'blinds'],
  War: ['slabs', 'shards', 'bolt', 'cross'],
  Western: ['sun', 'road', 'peaks'],
};

function drawingFor(genres: readonly string[], random: Random): Drawing {
  const suited = genres.slice(0, 2).flatMap((genre) => SUITED[genre] ?? []);
  const name = suited.length > 0 && random.chance(0.6) ? random.pick(suited) : random.pick(EVERY);
  return ALL[name] as Drawing;
}

/** Everything of a typographic poster but its ink on the page: pure, and the same for the same film. */
export function compose(film: PosterFilm, title: string, compact: boolean): Composition {
  const random = new Random(film.film_id);
  const inks = inksFor(film.genres, random);
  const drawing = drawingFor(film.genres, random);
  const layout = random.pick(['head', 'foot', 'foot', 'head', 'bleed'] as const);
  const share = random.between(0.3, 0.44) + (compact ? 0.1 : 0);
  const shapeRandom = new Random(`${film.film_id}/shapes`);
  const block = typeset(
    title,
    WIDTH - 2 * EDGE,
    HEIGHT * share,
    new Random(`${film.film_id}/type`),
  );
  const noteHeight = compact ? 0 : 16;

  if (layout === 'head') {
    const y = EDGE + 2;
    const noteY = y + block.height + noteHeight;
    const top = noteY + (compact ? 10 : 9);
    const area = { x: 0, y: top, w: WIDTH, h: HEIGHT - top };
    return {
      inks,
      area,
      shapes: drawing(area, inks, shapeRandom),
      title: { ...block, x: EDGE, y },
      note: compact ? null : { y: noteY },
    };
  }
  const noteY = HEIGHT - EDGE;
  const y = HEIGHT - EDGE - noteHeight - block.height + (compact ? 0 : 1);
  const bottom = y - 12;
  const area = { x: 0, y: 0, w: WIDTH, h: bottom };
  if (layout === 'bleed') {
    const inner = { x: EDGE, y: EDGE, w: WIDTH - 2 * EDGE, h: bottom - EDGE };
    return {
      inks,
      area: inner,
      shapes: drawing(inner, inks, shapeRandom),
      title: { ...block, x: EDGE, y },
      note: compact ? null : { y: noteY },
    };
  }
  return {
    inks,
    area,
    shapes: drawing(area, inks, shapeRandom),
    title: { ...block, x: EDGE, y },
    note: compact ? null : { y: noteY },
  };
}
