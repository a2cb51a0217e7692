import { useTranslation } from 'react-i18next';

import { BarChart, Dumbbell, type DumbbellDatum } from '@/components/charts';
import { useFormat } from '@/lib/format';

import { behindRating, type DateRange, within } from '../model/filters';
import { leader } from '../model/series';
import type { Highlights, UserStats, Verdict } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { capital } from '../words/words';
import { Pair, Section } from './Section';
import { Strip } from './Strip';

interface Props {
  stats: UserStats;
  highlights?: Highlights;
  range: DateRange;
}

const EACH_WAY = 4;

/** The ten buckets of ratings, and you against everybody. */
export function Judgement({ stats, highlights, range }: Props) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  return (
    <Section title={t('section.judgement')}>
      <Pair>
        <Ratings stats={stats} range={range} />
        {highlights && !range.from && !range.to && <Versus versus={highlights.versus} />}
      </Pair>
      <Strip
        title={t('topRated')}
        films={stats.top_rated_movies}
        note={(film) => (film.rating === null ? '' : `${n.stars(film.rating)} ★`)}
        all={within({ rated: 'yes', sort: '-rating' }, range)}
      />
    </Section>
  );
}

const LABELS = ['½', '1', '1½', '2', '2½', '3', '3½', '4', '4½', '5'];

function Ratings({ stats, range }: Pick<Props, 'stats' | 'range'>) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const rows = LABELS.map((label, i) => {
    const stars = String((i + 1) / 2);
    return { label, stars, count: stats.rating_distribution[stars] ?? 0 };
  });
  const best = leader(rows, (row) => row.count);
  const share = (count: number) => (stats.rated ? count / stats.rated : 0);
  return (
    <BarChart
      title={
        best ? w.title.ratings({ stars: best.stars, share: share(best.count) }) : t('ratingsEven')
      }
      sub={t('sub.ratings', {
        rated: w.films(stats.rated),
        mean: stats.avg_rating === null ? '–' : n.stars(stats.avg_rating, 2),
      })}
      unit={t('unit.films')}
      height={300}
      format={n.whole}
      data={rows.map(({ label, stars, count }) => ({
        key: stars,
        label,
        value: count,
        shown: n.whole(count),
        readout: t('readout.share', {
          name: capital(w.stars(stars)),
          value: w.films(count),
          share: n.percent(share(count)),
        }),
        href: to(within(behindRating(stars), range)),
      }))}
      columns={[
        { key: 'stars', label: t('column.stars'), numeric: true },
        { key: 'count', label: t('column.films'), numeric: true },
      ]}
      rows={rows.map(({ stars, count }) => ({ stars: Number(stars), count }))}
    />
  );
}

function Versus({ versus }: { versus: Highlights['versus'] }) {
  const { t } = useTranslation('stats');
  const { w, n } = useStatsWords();
  const { title } = useFormat();
  const datum = ({ film, mine, community }: Verdict): DumbbellDatum => ({
    key: film.film_id,
    label: film.year ? `${title(film)} (${film.year})` : title(film),
    mine,
    others: community,
    readout: t('readout.versus', {
      title: title(film),
      mine: n.stars(mine),
      others: n.stars(community),
    }),
    href: `/films/${film.film_id}`,
  });
  const shown = [
    ...versus.most_above.slice(0, EACH_WAY),
    ...versus.most_below.slice(0, EACH_WAY).reverse(),
  ].map(datum);
  return (
    <Dumbbell
      title={w.title.versus(versus.difference, versus.films)}
      sub={t('sub.versus')}
      data={shown}
      mineLabel={t('you')}
      othersLabel={t('everybody')}
      format={(stars) => n.stars(stars)}
      columns={[
        { key: 'film', label: t('column.film') },
        { key: 'mine', label: t('you'), numeric: true },
        { key: 'others', label: t('everybody'), numeric: true },
      ]}
      rows={shown.map((row) => ({ film: row.label, mine: row.mine, others: row.others }))}
    />
  );
}
