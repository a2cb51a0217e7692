/** What a rating moved, in English. */

import type { AffinityType, Move } from '../model/types';
import { count, ordinal, starsEn } from './english';
import { numberWords } from './numbers';
import type { Names } from './words';

const n = numberWords('en');

type Shown = (type: AffinityType, id: string, name: string, names: Names) => string;

const AMONG: Record<AffinityType, string> = {
  director: 'among your directors',
  actor: 'among your actors',
  genre: 'among your genres',
  country: 'among your countries',
  language: 'among your languages',
  decade: 'among your decades',
};

const LISTED = 50;

export function moveEn(move: Move, names: Names, shown: Shown): string {
  switch (move.kind) {
    case 'time':
      return move.minutes >= 0
        ? `*+${n.duration(move.minutes)}* of cinema`
        : `*−${n.duration(-move.minutes)}* of cinema`;
    case 'total':
      return move.to > move.from
        ? `*${count(move.to, 'film', 'films', n.whole(move.to))}* seen`
        : `*${count(move.to, 'film', 'films', n.whole(move.to))}* seen, down from ${n.whole(move.from)}`;
    case 'average':
      if (move.to === null) return 'no ratings, so no average';
      if (move.from === null) return `your first average: *${n.stars(move.to, 2)}*`;
      return `your average goes from ${n.stars(move.from, 2)} to *${n.stars(move.to, 2)}*`;
    case 'rank':
      return rank(move, shown(move.type, move.id, move.name, names));
    case 'affinity_average':
      return affinityAverage(move, averageOf(move, names, shown));
    case 'milestone':
      return milestone(move.what, move.value);
    case 'streak':
      return `*${count(move.days, 'day', 'days')} in a row* with a film`;
    case 'rating_bucket':
      return `*${count(move.to, 'film', 'films')}* at ${starsEn(move.rating)}`;
  }
}

function rank(move: Extract<Move, { kind: 'rank' }>, name: string): string {
  const among = AMONG[move.type];
  if (move.to === null) return `${name} leaves the top ${LISTED} ${among}`;
  if (move.from === null) return `${name} comes in *${ordinal(move.to)}* ${among}`;
  const up = move.to < move.from;
  const verb = move.type === 'decade' ? (up ? 'climb' : 'slip') : up ? 'climbs' : 'slips';
  return `${name} ${verb} from ${ordinal(move.from)} to *${ordinal(move.to)}* ${among}`;
}

function affinityAverage(
  move: Extract<Move, { kind: 'affinity_average' }>,
  subject: string,
): string {
  if (move.to === null) return `${subject} is gone with its last rating`;
  if (move.from === null) return `${subject} begins at *${n.stars(move.to)}*`;
  return `${subject} goes from ${n.stars(move.from)} to *${n.stars(move.to)}*`;
}

function averageOf(
  move: Extract<Move, { kind: 'affinity_average' }>,
  names: Names,
  shown: Shown,
): string {
  const name = shown(move.type, move.id, move.name, names);
  if (move.type === 'genre') return `your ${name.toLowerCase()} average`;
  return `your average for ${name}`;
}

function milestone(what: 'films' | 'hours' | 'viewings', value: number): string {
  if (what === 'films')
    return value === 1
      ? '*your first film* is in the diary'
      : `milestone: *${n.whole(value)} films*`;
  if (what === 'hours')
    return `milestone: *${count(value, 'hour', 'hours', n.whole(value))}* in front of the screen`;
  return `milestone: *${count(value, 'viewing', 'viewings', n.whole(value))}*`;
}
