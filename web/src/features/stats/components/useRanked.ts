import { useTranslation } from 'react-i18next';

import type { RankedDatum } from '@/components/charts';
import { genreColour } from '@/lib/genres';

import type { AffinitySort } from '../api/queries';
import { behindAffinity } from '../model/filters';
import type { Affinity, AffinityType } from '../model/types';
import { useStatsWords } from '../useStatsWords';

const BEST = 5;

/** Affinities as rows of a ranked list, and the finding that heads it. */
export function useRanked(type: AffinityType, sort: AffinitySort, rows: Affinity[]) {
  const { t } = useTranslation('stats');
  const { w, n, names, to } = useStatsWords();
  const byMean = sort === 'bayes' || sort === 'mean';
  const mean = (row: Affinity) => (sort === 'bayes' ? row.bayes_mean : row.mean_rating);
  const longest = Math.max(1, ...rows.map((row) => row.count));
  const name = (row: Affinity) => w.affinity(type, row.id, row.name, names);
  const ranked: RankedDatum[] = rows.map((row) => {
    const own = mean(row);
    const stars = own === null ? '–' : n.stars(own, 2);
    return {
      key: row.id,
      rank: row.rank,
      label: name(row),
      share: byMean ? (own ?? 0) / BEST : row.count / longest,
      shown: byMean ? stars : n.whole(row.count),
      note: byMean
        ? w.films(row.count)
        : row.mean_rating === null
          ? null
          : `${n.stars(row.mean_rating, 2)} ★`,
      said: t('readout.ranked', {
        rank: row.rank,
        name: name(row),
        films: w.films(row.count),
        mean: row.mean_rating === null ? '–' : n.stars(row.mean_rating, 2),
      }),
      href: to(behindAffinity(type, row.id)),
      colour: type === 'genre' ? genreColour(row.id) : undefined,
    };
  });
  const first = rows[0];
  const own = first ? mean(first) : null;
  const title = !first
    ? t(`column.${type}`)
    : byMean && own !== null
      ? w.title.loved(name(first), own)
      : w.title.person(name(first), first.count);
  return { ranked, title };
}
