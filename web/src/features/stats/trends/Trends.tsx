import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { RankedList } from '@/components/charts';
import { HrefLink } from '@/components/charts/HrefLink';
import { Page } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';
import { genreColour } from '@/lib/genres';
import { TREND_WINDOWS } from '@/lib/search/stats';

import { trendsOptions } from '../api/queries';
import { Skeleton } from '../components/Skeleton';
import type { Trends as TrendsData, TrendWindow } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import styles from './trends.module.css';

interface Props {
  window: TrendWindow;
  onWindow: (window: TrendWindow) => void;
}

/** What everybody here watches. */
export function TrendsPage({ window, onWindow }: Props) {
  const { t } = useTranslation('stats');
  const { w } = useStatsWords();
  const format = useFormat();
  const { data } = useQuery(trendsOptions(window));
  const first = leader(data);
  return (
    <Page
      title={
        first
          ? t('trends.lead', { title: format.title(first), viewings: w.viewings(first.count) })
          : t('trends.title')
      }
    >
      <div className={styles.page}>
        <div className={styles.windows} role="group" aria-label={t('trends.window')}>
          {TREND_WINDOWS.map((each) => (
            <button
              key={each}
              className={styles.window}
              aria-pressed={each === window}
              onClick={() => onWindow(each)}
            >
              {t(`trends.${each}`)}
            </button>
          ))}
        </div>
        {!data ? (
          <Skeleton kind="chart" />
        ) : data.top_movies.length === 0 ? (
          <Nothing />
        ) : (
          <Lists trends={data} />
        )}
      </div>
    </Page>
  );
}

const FEWEST_TO_LEAD = 3;

/** The film that leads, if one does: clearly, and with more than a couple of viewings. */
function leader(trends: TrendsData | undefined) {
  const [first, second] = trends?.top_movies ?? [];
  const leads = first && first.count >= FEWEST_TO_LEAD && first.count > (second?.count ?? 0);
  return leads ? first : undefined;
}

function Nothing() {
  const { t } = useTranslation('stats');
  return (
    <div className={styles.nothing}>
      <p>{t('trends.nothing')}</p>
      <HrefLink href="/?log=1" className={styles.action}>
        {t('trends.log')}
      </HrefLink>
    </div>
  );
}

function Lists({ trends }: { trends: TrendsData }) {
  const { t } = useTranslation('stats');
  const { n, w, names } = useStatsWords();
  const format = useFormat();
  const most = trends.trending_genres[0]?.count ?? 1;
  return (
    <div className={styles.lists}>
      <section aria-label={t('trends.films')}>
        <ol className={styles.films}>
          {trends.top_movies.map((film, i) => (
            <li key={film.film_id} className={styles.film}>
              <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
                <Poster
                  film={{ ...film, directors: [], poster_url: film.poster_path }}
                  decorative
                  compact={i > 2}
                />
                <span className={styles.name}>{format.title(film)}</span>
                <span className={styles.count}>{w.viewings(film.count)}</span>
              </Link>
            </li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="trending-genres" className={styles.genres}>
        <h2 id="trending-genres">{t('trends.genres')}</h2>
        <RankedList
          label={t('trends.genres')}
          data={trends.trending_genres.map((row, i) => ({
            key: row.genre,
            rank: i + 1,
            label: names.genre(row.genre),
            share: row.count / most,
            shown: n.whole(row.count),
            note: n.percent(row.percentage / 100),
            said: t('readout.share', {
              name: names.genre(row.genre),
              value: w.viewings(row.count),
              share: n.percent(row.percentage / 100),
            }),
            href: `/films?genre=${encodeURIComponent(row.genre)}`,
            colour: genreColour(row.genre),
          }))}
        />
        {trends.updated_at && (
          <p className={styles.updated}>
            {t('trends.updated', { at: format.instant(trends.updated_at) })}
          </p>
        )}
      </section>
    </div>
  );
}
