/** The statistics in Italian. */

import type { Finding } from '../model/finding';
import type { AffinityType } from '../model/types';
import { count, decade, starsIt, thePercent } from './italian';
import { moveIt } from './it.delta';
import { numberWords, simpleFraction } from './numbers';
import { capital, type ChartTitles, type Names, type Words } from './words';

const n = numberWords('it');
const CARDINALS = [
  'zero',
  'uno',
  'due',
  'tre',
  'quattro',
  'cinque',
  'sei',
  'sette',
  'otto',
  'nove',
  'dieci',
];

interface Noun {
  one: string;
  many: string;
  article: 'un' | 'una';
  of: string;
}

const VIEWING: Noun = { one: 'visione', many: 'visioni', article: 'una', of: 'delle visioni' };
const FILM: Noun = { one: 'film', many: 'film', article: 'un', of: 'dei film' };
const VOTE: Noun = { one: 'voto', many: 'voti', article: 'un', of: 'dei voti' };

function share(part: number, noun: Noun): string {
  const fraction = simpleFraction(part);
  if (!fraction) return `${thePercent(n.percent(part))} ${noun.of}`;
  const [top, bottom] = fraction;
  return top === 1
    ? `${noun.article} ${noun.one} su ${CARDINALS[bottom]}`
    : `${CARDINALS[top]} ${noun.many} su ${CARDINALS[bottom]}`;
}

const isPlural = (part: number) => (simpleFraction(part)?.[0] ?? 1) > 1;

function difference(stars: number): string {
  if (Math.abs(stars - 0.5) < 0.05) return 'mezza stella';
  return Math.abs(stars - 1) < 0.05 ? 'una stella' : `${n.stars(stars)} stelle`;
}

function times(ratio: number): string {
  if (ratio < 1.85) return `${thePercent(n.percent(ratio - 1))} in più`;
  if (ratio <= 2.15) return 'il doppio';
  if (ratio < 2.6) return 'più del doppio';
  if (ratio < 2.85) return 'quasi il triplo';
  return ratio <= 3.2 ? 'il triplo' : 'più del triplo';
}

const inMonth = (month: number) => `${month === 4 || month === 8 ? 'ad' : 'a'} ${n.month(month)}`;
const theWeekday = (day: number) => `${day === 7 ? 'la' : 'il'} ${n.weekday(day)}`;
const films = (k: number) => count(k, 'film', 'film', n.whole(k));
const viewings = (k: number) => count(k, 'visione', 'visioni', n.whole(k));

function change(now: number, before: number): string {
  const by = (now - before) / before;
  return `${thePercent(n.percent(Math.abs(by)))} in ${by > 0 ? 'più' : 'meno'}`;
}

function wholeDays(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  return days >= 2 ? `${n.whole(days)} giorni interi` : `${n.whole(minutes / 60)} ore`;
}

function sentence(f: Finding, names: Names): string {
  switch (f.id) {
    case 'month':
      return `${inMonth(f.month)} guardi *${times(f.ratio)}* rispetto agli altri mesi`;
    case 'fullest_month':
      return `*${n.month(f.month)} ${f.year}* è stato il tuo mese più pieno: ${viewings(f.count)} su ${n.whole(f.whole)}`;
    case 'weekday':
      return `*${theWeekday(f.weekday)}* è il tuo giorno: ${share(f.share, VIEWING)}`;
    case 'year_change':
      return `nel ${f.year} *${viewings(f.count)}*, ${change(f.count, f.countBefore)} che nel ${f.before}`;
    case 'streak':
      return `*${f.days} giorni di fila* con almeno un film, dal ${n.span(f.from, f.to).from} al ${n.span(f.from, f.to).to}`;
    case 'genre_loved':
      return `al genere ${names.genre(f.genre).toLowerCase()} dai *${difference(f.above)} in più* della tua media`;
    case 'genre_hard':
      return `con il genere ${names.genre(f.genre).toLowerCase()} non fai sconti: *${difference(f.below)} in meno* della tua media`;
    case 'director':
      return `torni sempre da *${f.person}*: ${films(f.count)}${f.mean === null ? '' : `, voto medio ${n.stars(f.mean)}`}`;
    case 'decade':
      return `*${share(f.share, FILM)}* ${isPlural(f.share) ? 'vengono' : 'viene'} dagli ${decade(f.decade)}`;
    case 'countries':
      return `i tuoi film vengono da *${f.countries >= 50 ? 'almeno ' : ''}${f.countries} paesi*; il più presente: ${names.country(f.country)}, con ${share(f.share, FILM)}`;
    case 'versus':
      return `i tuoi voti stanno in media *${difference(Math.abs(f.difference))} ${f.difference < 0 ? 'sotto' : 'sopra'}* quelli di tutti, su ${films(f.films)}`;
    case 'versus_same':
      return `tu e gli altri *andate d’accordo*: ${n.stars(Math.abs(f.difference), 2)} stelle di differenza su ${films(f.films)}`;
    case 'usual_rating':
      return `*${share(f.share, VOTE)}* ${isPlural(f.share) ? 'sono' : 'è'} di ${starsIt(f.stars)}`;
    case 'no_halves':
      return `le mezze stelle *non fanno per te*: ${thePercent(n.percent(f.share))} dei voti`;
    case 'rewatches':
      return `*${share(f.share, VIEWING)}* ${isPlural(f.share) ? 'sono' : 'è'} un ritorno: conoscevi già il film`;
    case 'time':
      return `hai passato *${wholeDays(f.minutes)}* davanti allo schermo`;
  }
}

const title: ChartTitles = {
  years: (best) => `Il ${best.year} è il tuo anno più pieno: ${viewings(best.count)}`,
  months: (best) => `${inMonth(best.month)} guardi più che in ogni altro mese`.replace(/^a/, 'A'),
  monthsOfYears: (first, last) =>
    first === last ? `Il ${first} mese per mese` : `Mese per mese, dal ${first} al ${last}`,
  weekdays: (best) =>
    capital(`${theWeekday(best.weekday)} è il tuo giorno: ${share(best.share, VIEWING)}`),
  days: (year, days, most) => {
    if (days === 0) return `Nel ${year} nessuna visione ha il giorno`;
    const seen = `Nel ${year} hai visto film in ${count(days, 'giorno', 'giorni')}`;
    if (!most || most.count < 2) return seen;
    return `${seen}; ${most.count} il ${n.date(most.day).replace(` ${year}`, '')}`;
  },
  decades: (best) => `Gli ${decade(best.decade)} in testa, con ${films(best.count)}`,
  leading: ([first, ...rest]) =>
    !first
      ? 'Ancora nulla da contare'
      : rest.length === 0
        ? `In testa: ${first}`
        : `In testa ${first}, poi ${n.list(rest)}`,
  person: (name, k) => `${name} in testa, con ${films(k)}`,
  loved: (name, mean) => `I voti più alti vanno a ${name}: ${n.stars(mean, 2)}`,
  ratings: (best) =>
    `Il tuo voto più frequente: ${starsIt(best.stars)}, ${share(best.share, FILM)}`,
  versus: (by, k) => {
    if (by === null) return 'Nessun film da confrontare, per ora';
    if (Math.abs(by) < 0.05) return `Su ${films(k)} voti come tutti gli altri`;
    return `Su ${films(k)} dai ${difference(Math.abs(by))} in ${by < 0 ? 'meno' : 'più'} degli altri`;
  },
};

function affinity(type: AffinityType, id: string, name: string, names: Names): string {
  if (type === 'genre') return names.genre(id);
  if (type === 'country') return names.country(id);
  if (type === 'language') return names.language(id);
  return type === 'decade' ? decade(id) : name;
}

export const it: Words = {
  lang: 'it',
  finding: (finding, names) => `${capital(sentence(finding, names))}.`,
  move: (move, names) => capital(moveIt(move, names, affinity)),
  title,
  stars: starsIt,
  films,
  viewings,
  decade,
  affinity,
};
