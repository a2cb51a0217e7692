import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { BarChart, RankedChart } from '@/components/charts';
import { genreColour } from '@/lib/genres';

import { behindAffinity, type DateRange, within } from '../model/filters';
import { decadesInOrder, leader } from '../model/series';
import type { Affinity, AffinityType, UserStats } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { Pair, Section } from './Section';
import styles from './ranking.module.css';

interface Props {
  stats: UserStats;
  range: DateRange;
}

const SHOWN = 8;
/** The statistics hold no more of each kind; the ranking has them all. */
const LISTED = 50;

/** Genres, decades, countries and languages. */
export function What({ stats, range }: Props) {
  const { t } = useTranslation('stats');
  return (
    <Section title={t('section.what')}>
      <Pair>
        <Top type="genre" rows={stats.genres} range={range} />
        <Decades stats={stats} range={range} />
      </Pair>
      <Pair>
        <Top type="country" rows={stats.countries} range={range} />
        <Top type="language" rows={stats.languages} range={range} />
      </Pair>
    </Section>
  );
}

function Top({ type, rows, range }: { type: AffinityType; rows: Affinity[]; range: DateRange }) {
  const { t } = useTranslation('stats');
  const { w, n, names, to } = useStatsWords();
  const shown = rows.slice(0, SHOWN);
  const most = shown[0]?.count ?? 1;
  const name = (row: Affinity) => w.affinity(type, row.id, row.name, names);
  return (
    <div>
      <RankedChart
        title={w.title.leading(shown.slice(0, 3).map(name))}
        sub={t(`sub.${type}`)}
        data={shown.map((row) => ({
          key: row.id,
          rank: row.rank,
          label: name(row),
          share: row.count / most,
          shown: n.whole(row.count),
          note: n.percent(row.percentage / 100),
          said: t('readout.share', {
            name: name(row),
            value: w.films(row.count),
            share: n.percent(row.percentage / 100),
          }),
          href: to(within(behindAffinity(type, row.id), range)),
          colour: type === 'genre' ? genreColour(row.id) : undefined,
        }))}
        columns={[
          { key: 'name', label: t(`column.${type}`) },
          { key: 'count', label: t('column.films'), numeric: true },
          { key: 'mean', label: t('column.mean'), numeric: true },
        ]}
        rows={rows.map((row) => ({ name: name(row), count: row.count, mean: row.mean_rating }))}
      />
      {rows.length > SHOWN && (
        <Link to="/stats/ranking/$type" params={{ type }} className={styles.all}>
          {t(`all.${type}`, { n: rows.length < LISTED ? n.whole(rows.length) : `${LISTED}+` })}
        </Link>
      )}
    </div>
  );
}

function Decades({ stats, range }: Props) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const rows = decadesInOrder(stats);
  const best = leader(rows, (row) => row.count);
  return (
    <BarChart
      title={best ? w.title.decades({ decade: best.id, count: best.count }) : t('sub.decade')}
      sub={t('sub.decade')}
      unit={t('unit.films')}
      height={SHOWN * 40}
      format={n.whole}
      data={rows.map(({ id, count }) => ({
        key: id,
        label: id,
        value: count,
        shown: n.whole(count),
        readout: t('readout.pair', { name: w.decade(id), value: w.films(count) }),
        href: to(within(behindAffinity('decade', id), range)),
      }))}
      columns={[
        { key: 'id', label: t('column.decade') },
        { key: 'count', label: t('column.films'), numeric: true },
      ]}
      rows={rows}
    />
  );
}
