/** What a rating moved, in Italian. */

import type { AffinityType, Move } from '../model/types';
import { count, fromPlace, starsIt, toPlace } from './italian';
import { numberWords } from './numbers';
import type { Names } from './words';

const n = numberWords('it');

type Shown = (type: AffinityType, id: string, name: string, names: Names) => string;

const AMONG: Record<AffinityType, string> = {
  director: 'tra i registi',
  actor: 'tra gli interpreti',
  genre: 'tra i generi',
  country: 'tra i paesi',
  language: 'tra le lingue',
  decade: 'tra i decenni',
};

const LISTED = 50;

export function moveIt(move: Move, names: Names, shown: Shown): string {
  switch (move.kind) {
    case 'time':
      return move.minutes >= 0
        ? `*+${n.duration(move.minutes)}* di cinema`
        : `*−${n.duration(-move.minutes)}* di cinema`;
    case 'total':
      return move.to > move.from
        ? `*${count(move.to, 'film visto', 'film visti', n.whole(move.to))}*`
        : `*${count(move.to, 'film visto', 'film visti', n.whole(move.to))}*, erano ${n.whole(move.from)}`;
    case 'average':
      if (move.to === null) return 'nessun voto, quindi nessuna media';
      if (move.from === null) return `la tua prima media: *${n.stars(move.to, 2)}*`;
      return `la tua media passa da ${n.stars(move.from, 2)} a *${n.stars(move.to, 2)}*`;
    case 'rank':
      return rank(move, shown(move.type, move.id, move.name, names));
    case 'affinity_average':
      return affinityAverage(move, averageOf(move, names, shown));
    case 'milestone':
      return milestone(move.what, move.value);
    case 'streak':
      return `*${count(move.days, 'giorno', 'giorni')} di fila* con un film`;
    case 'rating_bucket':
      return `*${count(move.to, 'film', 'film')}* a ${starsIt(move.rating)}`;
  }
}

type Rank = Extract<Move, { kind: 'rank' }>;

function rank(move: Rank, name: string): string {
  const among = AMONG[move.type];
  const [subject, verb] = mover(move.type, name);
  if (move.to === null) return `${subject} ${verb.leaves} dai primi ${LISTED} ${among}`;
  const place = `*${toPlace(move.to)} posto* ${among}`;
  if (move.from === null) return `${subject} ${verb.enters} ${place}`;
  return `${subject} ${move.to < move.from ? verb.climbs : verb.slips} ${fromPlace(move.from)} ${place}`;
}

const ONE = { climbs: 'sale', slips: 'scende', enters: 'entra', leaves: 'esce' };
const MANY = { climbs: 'salgono', slips: 'scendono', enters: 'entrano', leaves: 'escono' };
/** Countries and languages have articles of their own, so that the sentence does without. */
const BARE = { climbs: 'su', slips: 'giù', enters: 'ora', leaves: 'fuori' };

function mover(type: AffinityType, name: string): [string, typeof ONE] {
  if (type === 'genre') return [`il genere ${name.toLowerCase()}`, ONE];
  if (type === 'decade') return [`gli ${name}`, MANY];
  if (type === 'country' || type === 'language') return [`${name},`, BARE];
  return [name, ONE];
}

function affinityAverage(
  move: Extract<Move, { kind: 'affinity_average' }>,
  subject: string,
): string {
  if (move.to === null) return `${subject} non c’è più, con l’ultimo voto`;
  if (move.from === null) return `${subject} comincia da *${n.stars(move.to)}*`;
  return `${subject} passa da ${n.stars(move.from)} a *${n.stars(move.to)}*`;
}

function averageOf(
  move: Extract<Move, { kind: 'affinity_average' }>,
  names: Names,
  shown: Shown,
): string {
  const name = shown(move.type, move.id, move.name, names);
  if (move.type === 'genre') return `la tua media nel genere ${name.toLowerCase()}`;
  if (move.type === 'decade') return `la tua media per gli ${name}`;
  if (move.type === 'director') return `la tua media per i film di ${name}`;
  if (move.type === 'actor') return `la tua media con ${name}`;
  return `${name}: la tua media`;
}

function milestone(what: 'films' | 'hours' | 'viewings', value: number): string {
  if (what === 'films')
    return value === 1 ? '*il primo film* è nel diario' : `traguardo: *${n.whole(value)} film*`;
  if (what === 'hours')
    return `traguardo: *${count(value, 'ora', 'ore', n.whole(value))}* davanti allo schermo`;
  return `traguardo: *${count(value, 'visione', 'visioni', n.whole(value))}*`;
}
