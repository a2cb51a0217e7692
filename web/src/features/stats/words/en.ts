/** The statistics in English. */

import type { Finding } from '../model/finding';
import type { AffinityType } from '../model/types';
import { moveEn } from './en.delta';
import { count, decade, starsEn } from './english';
import { numberWords, simpleFraction } from './numbers';
import { capital, type ChartTitles, type Names, type Words } from './words';

const n = numberWords('en');
const CARDINALS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];

interface Noun {
  one: string;
  many: string;
}

const VIEWING: Noun = { one: 'viewing', many: 'viewings' };
const FILM: Noun = { one: 'film', many: 'films' };
const RATING: Noun = { one: 'rating', many: 'ratings' };

function share(part: number, noun: Noun): string {
  const fraction = simpleFraction(part);
  if (!fraction) return `${n.percent(part)} of ${noun.many}`;
  const [top, bottom] = fraction;
  if (top === 1 && bottom === 2) return `every second ${noun.one}`;
  return `${CARDINALS[top]} ${top === 1 ? noun.one : noun.many} in ${CARDINALS[bottom]}`;
}

const isPlural = (part: number) => (simpleFraction(part)?.[0] ?? 2) > 1;

function difference(stars: number): string {
  if (Math.abs(stars - 0.5) < 0.05) return 'half a star';
  return Math.abs(stars - 1) < 0.05 ? 'a star' : `${n.stars(stars)} stars`;
}

function times(ratio: number, month: string): string {
  if (ratio < 1.85) return `*${n.percent(ratio - 1)} more* in ${month} than`;
  if (ratio <= 2.15) return `*twice as much* in ${month} as`;
  if (ratio < 2.6) return `*more than twice as much* in ${month} as`;
  if (ratio < 2.85) return `*nearly three times as much* in ${month} as`;
  return ratio <= 3.2
    ? `*three times as much* in ${month} as`
    : `*more than three times as much* in ${month} as`;
}

const films = (k: number) => count(k, 'film', 'films', n.whole(k));
const viewings = (k: number) => count(k, 'viewing', 'viewings', n.whole(k));

function change(now: number, before: number): string {
  const by = (now - before) / before;
  return `${n.percent(Math.abs(by))} ${by > 0 ? 'more' : 'fewer'}`;
}

function wholeDays(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  return days >= 2 ? `${n.whole(days)} whole days` : `${n.whole(minutes / 60)} hours`;
}

function sentence(f: Finding, names: Names): string {
  switch (f.id) {
    case 'month':
      return `you watch ${times(f.ratio, n.month(f.month))} in other months`;
    case 'fullest_month':
      return `*${n.month(f.month)} ${f.year}* was your fullest month: ${viewings(f.count)} of ${n.whole(f.whole)}`;
    case 'weekday':
      return `*${n.weekday(f.weekday)}* is your day: ${share(f.share, VIEWING)}`;
    case 'year_change':
      return `*${viewings(f.count)}* in ${f.year}, ${change(f.count, f.countBefore)} than in ${f.before}`;
    case 'streak':
      return `*${f.days} days in a row* with at least one film, from ${n.span(f.from, f.to).from} to ${n.span(f.from, f.to).to}`;
    case 'genre_loved':
      return `you give ${names.genre(f.genre).toLowerCase()} *${difference(f.above)} more* than your average`;
    case 'genre_hard':
      return `you are hard on ${names.genre(f.genre).toLowerCase()}: *${difference(f.below)} below* your average`;
    case 'director':
      return `you keep coming back to *${f.person}*: ${films(f.count)}${f.mean === null ? '' : `, ${n.stars(f.mean)} on average`}`;
    case 'decade':
      return `*${share(f.share, FILM)}* ${isPlural(f.share) ? 'come' : 'comes'} from ${decade(f.decade)}`;
    case 'countries':
      return `your films come from *${f.countries >= 50 ? 'at least ' : ''}${f.countries} countries*; ${names.country(f.country)} leads with ${share(f.share, FILM)}`;
    case 'versus':
      return `you rate *${difference(Math.abs(f.difference))} ${f.difference < 0 ? 'below' : 'above'}* everybody else, over ${films(f.films)}`;
    case 'versus_same':
      return `you and everybody else *agree*: ${n.stars(Math.abs(f.difference), 2)} stars apart over ${films(f.films)}`;
    case 'usual_rating':
      return `*${share(f.share, RATING)}* ${isPlural(f.share) ? 'are' : 'is'} ${starsEn(f.stars)}`;
    case 'no_halves':
      return `half stars are *not for you*: ${n.percent(f.share)} of your ratings`;
    case 'rewatches':
      return `*${share(f.share, VIEWING)}* ${isPlural(f.share) ? 'are returns' : 'is a return'} to a film you knew`;
    case 'time':
      return `you have spent *${wholeDays(f.minutes)}* in front of the screen`;
  }
}

const title: ChartTitles = {
  years: (best) => `${best.year} is your fullest year: ${viewings(best.count)}`,
  months: (best) => `You watch more in ${n.month(best.month)} than in any other month`,
  monthsOfYears: (first, last) =>
    first === last ? `${first}, month by month` : `Month by month, ${first} to ${last}`,
  weekdays: (best) => `${n.weekday(best.weekday)} is your day: ${share(best.share, VIEWING)}`,
  days: (year, days, most) => {
    if (days === 0) return `No viewing of ${year} has a day`;
    const seen = `You watched on ${count(days, 'day', 'days')} of ${year}`;
    if (!most || most.count < 2) return seen;
    return `${seen}; ${count(most.count, 'film', 'films')} on ${n.date(most.day).replace(` ${year}`, '')}`;
  },
  decades: (best) => capital(`${decade(best.decade)} lead, with ${films(best.count)}`),
  leading: ([first, ...rest]) =>
    !first
      ? 'Nothing to count yet'
      : rest.length === 0
        ? `${first} leads`
        : `${first} leads, then ${n.list(rest)}`,
  person: (name, k) => `${name} leads, with ${films(k)}`,
  loved: (name, mean) => `Your highest ratings go to ${name}: ${n.stars(mean, 2)}`,
  ratings: (best) =>
    `Your most frequent rating: ${starsEn(best.stars)}, ${share(best.share, FILM)}`,
  versus: (by, k) => {
    if (by === null) return 'No film to compare yet';
    if (Math.abs(by) < 0.05) return `Over ${films(k)} you rate as everybody does`;
    return `Over ${films(k)} you give ${difference(Math.abs(by))} ${by < 0 ? 'less' : 'more'} than everybody else`;
  },
};

function affinity(type: AffinityType, id: string, name: string, names: Names): string {
  if (type === 'genre') return names.genre(id);
  if (type === 'country') return names.country(id);
  if (type === 'language') return names.language(id);
  return type === 'decade' ? decade(id) : name;
}

export const en: Words = {
  lang: 'en',
  finding: (finding, names) => `${capital(sentence(finding, names))}.`,
  move: (move, names) => capital(moveEn(move, names, affinity)),
  title,
  stars: starsEn,
  films,
  viewings,
  decade,
  affinity,
};
