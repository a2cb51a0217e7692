/** Findings about what somebody watches and how they judge it. */

import { upTo } from './chance';
import { behindAffinity } from './filters';
import type { Finding, Known } from './finding';
import { peak, total } from './series';
import type { Affinity } from './types';

const FEWEST_RATED = 8;
const FEWEST_FILMS = 20;

export function taste(known: Known): Finding[] {
  return [
    ...genres(known),
    ...director(known),
    ...decade(known),
    ...countries(known),
    ...versus(known),
    ...ratings(known),
  ];
}

function genres({ stats }: Known): Finding[] {
  const mean = stats.avg_rating;
  if (mean === null) return [];
  // The Bayesian mean keeps a handful of lucky films from making a claim.
  const away = (row: Affinity) => (row.bayes_mean ?? mean) - mean;
  const rows = stats.genres.filter((row) => row.rated >= FEWEST_RATED);
  const found: Finding[] = [];
  const loved = peak(rows, away);
  if (loved && away(loved) >= 0.15) {
    found.push({
      id: 'genre_loved',
      topic: 'what',
      genre: loved.id,
      rated: loved.rated,
      above: (loved.mean_rating ?? mean) - mean,
      strength: 0.35 + upTo(away(loved), 0.6) * 0.5,
      filter: { ...behindAffinity('genre', loved.id), sort: '-rating' },
    });
  }
  const hard = peak(rows, (row) => -away(row));
  if (hard && -away(hard) >= 0.2) {
    found.push({
      id: 'genre_hard',
      topic: 'what',
      genre: hard.id,
      rated: hard.rated,
      below: mean - (hard.mean_rating ?? mean),
      strength: 0.33 + upTo(-away(hard), 0.7) * 0.5,
      filter: { ...behindAffinity('genre', hard.id), sort: 'rating' },
    });
  }
  return found;
}

function director({ stats }: Known): Finding[] {
  const [first, second] = stats.directors;
  if (!first || first.count < 5) return [];
  const lead = first.count / Math.max(1, second?.count ?? 1);
  return [
    {
      id: 'director',
      topic: 'who',
      person: first.name,
      count: first.count,
      mean: first.mean_rating,
      strength: 0.3 + upTo(first.count, 20) * 0.25 + upTo(lead - 1, 1) * 0.2,
      filter: { ...behindAffinity('director', first.id), sort: '-rating' },
    },
  ];
}

function decade({ stats }: Known): Finding[] {
  const best = peak(stats.decades, (row) => row.count);
  const dated = total(stats.decades, (row) => row.count);
  if (!best || dated < FEWEST_FILMS || best.count / dated < 0.25) return [];
  return [
    {
      id: 'decade',
      topic: 'what',
      decade: best.id,
      share: best.count / dated,
      count: best.count,
      strength: 0.25 + upTo(best.count / dated, 0.8) * 0.4,
      filter: behindAffinity('decade', best.id),
    },
  ];
}

function countries({ stats }: Known): Finding[] {
  const best = peak(stats.countries, (row) => row.count);
  if (!best || stats.countries.length < 8 || stats.total_watched < FEWEST_FILMS) return [];
  return [
    {
      id: 'countries',
      topic: 'what',
      countries: stats.countries.length,
      country: best.id,
      share: best.count / stats.total_watched,
      strength: 0.25 + upTo(stats.countries.length, 50) * 0.35,
      filter: behindAffinity('country', best.id),
    },
  ];
}

function versus({ highlights }: Known): Finding[] {
  const compared = highlights?.versus;
  if (!compared || compared.difference === null || compared.films < FEWEST_FILMS) return [];
  const away = Math.abs(compared.difference);
  const facts = { difference: compared.difference, films: compared.films };
  if (away < 0.1) {
    return [
      {
        ...facts,
        id: 'versus_same',
        topic: 'judgement',
        strength: 0.36,
        filter: { rated: 'yes' },
      },
    ];
  }
  return [
    {
      ...facts,
      id: 'versus',
      topic: 'judgement',
      strength: 0.3 + upTo(away, 0.6) * 0.6,
      filter: { rated: 'yes', sort: compared.difference < 0 ? 'rating' : '-rating' },
    },
  ];
}

function ratings({ stats }: Known): Finding[] {
  if (stats.rated < FEWEST_FILMS) return [];
  const buckets = Object.entries(stats.rating_distribution);
  const found: Finding[] = [];
  const usual = peak(buckets, ([, n]) => n);
  if (usual && usual[1] / stats.rated >= 0.28) {
    found.push({
      id: 'usual_rating',
      topic: 'judgement',
      stars: usual[0],
      share: usual[1] / stats.rated,
      strength: 0.3 + upTo(usual[1] / stats.rated, 0.8) * 0.4,
      filter: { rating: usual[0] },
    });
  }
  const halves = total(
    buckets.filter(([stars]) => stars.endsWith('.5')),
    ([, n]) => n,
  );
  if (stats.rated >= 40 && halves / stats.rated <= 0.05) {
    found.push({
      id: 'no_halves',
      topic: 'judgement',
      share: halves / stats.rated,
      strength: 0.35,
      filter: { rated: 'yes', sort: '-rating' },
    });
  }
  return found;
}
