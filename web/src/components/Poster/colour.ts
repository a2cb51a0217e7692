import { isGenre, POSTER_COLOUR } from '@/lib/genres';
import type { Random } from './random';

export const CREAM = '#f4ead5';
export const SOOT = '#191612';

export interface Inks {
  field: string;
  a: string;
  b: string;
  text: string;
}

type Rgb = [number, number, number];

function rgb(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `share` of `other` in `hex`. */
export function mix(hex: string, other: string, share: number): string {
  const [from, to] = [rgb(hex), rgb(other)];
  const parts = from.map((part, at) => Math.round(part + ((to[at] ?? 0) - part) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance as WCAG defines it. */
function luminance(hex: string): number {
  const [r, g, b] = rgb(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Cream or soot, whichever reads better on `field`. */
export function readable(field: string): string {
  return contrast(CREAM, field) >= contrast(SOOT, field) ? CREAM : SOOT;
}

/** `hex`, moved away from `field` until the two can be told apart. */
function apart(hex: string, field: string, least: number): string {
  const away = luminance(field) > 0.3 ? SOOT : CREAM;
  let moved = hex;
  for (let share = 0.15; contrast(moved, field) < least && share <= 1; share += 0.15) {
    moved = mix(hex, away, share);
  }
  return moved;
}

/** A second ink for a film of one genre. */
const COMPANION: Record<string, string> = {
  Action: '#24405c',
  Adventure: '#f0c75e',
  Animation: '#3d5aa8',
  Biography: '#2f4a4d',
  Comedy: '#d9502e',
  Crime: '#d8a13a',
  Documentary: '#c2482d',
  Drama: '#dd8a5e',
  Family: '#ef8354',
  Fantasy: '#d98cb3',
  'Film-Noir': '#c9b48a',
  History: '#2f5d62',
  Horror: '#e0a458',
  Music: '#f2b84b',
  Musical: '#ffd166',
  Mystery: '#e3b667',
  Romance: '#f6c667',
  'Sci-Fi': '#f25c3b',
  Sport: '#f4d35e',
  Thriller: '#e2622f',
  War: '#c94f2c',
  Western: '#8e2f1b',
};

function inkOf(genre: string | undefined): string {
  return genre && isGenre(genre) ? POSTER_COLOUR[genre] : '#8f8676';
}

/** Drama is every second film: its blue has several partners, or half the shelf would look alike. */
const PARTNERS_OF_DRAMA = ['#dd8a5e', '#e9b94a', '#c8503a', '#93b8a6', '#e7b7a3'];

function companion(genre: string | undefined, random: Random): string {
  if (genre === 'Drama') return random.pick(PARTNERS_OF_DRAMA);
  return (genre && COMPANION[genre]) ?? '#b5532f';
}

export function inksFor(genres: readonly string[], random: Random): Inks {
  const turned = genres.length > 1 && random.chance(genres[0] === 'Drama' ? 0.6 : 0.3);
  const [first, second] = turned ? [genres[1], genres[0]] : genres;
  const main = inkOf(first);
  const other = second && random.chance(0.5) ? inkOf(second) : companion(first, random);
  const light = luminance(main);
  const scheme = random.pick([
    'bold',
    'bold',
    light > 0.35 ? 'bold' : 'paper',
    light > 0.35 ? 'bold' : 'paper',
    'night',
    light < 0.2 ? 'deep' : 'turned',
    'turned',
  ] as const);
  if (scheme === 'bold') return finish(main, random.chance(0.5) ? CREAM : other, other);
  if (scheme === 'paper') return finish(mix(CREAM, main, 0.06), main, other);
  if (scheme === 'turned') return finish(other, random.chance(0.5) ? main : CREAM, main);
  if (scheme === 'night')
    return finish(mix(SOOT, main, 0.1), main, random.chance(0.4) ? CREAM : other);
  return finish(mix(main, SOOT, 0.42), main, random.chance(0.5) ? CREAM : other);
}

/** A field between light and dark steps away from its title until that can be read. */
function readableField(field: string): string {
  let moved = field;
  for (let share = 0.05; contrast(readable(field), moved) < 4.6; share += 0.05) {
    moved = mix(field, readable(field) === CREAM ? SOOT : CREAM, share);
  }
  return moved;
}

function finish(paper: string, a: string, b: string): Inks {
  const field = readableField(paper);
  const text = readable(field);
  const first = apart(a, field, 1.9);
  const second = apart(contrast(b, first) < 1.25 ? text : b, field, 1.5);
  return { field, a: first, b: second, text };
}
