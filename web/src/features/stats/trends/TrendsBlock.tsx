import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';

import { trendsOptions } from '../api/queries';
import { useStatsWords } from '../useStatsWords';
import styles from './trends.module.css';

const SHOWN = 6;

/** What everybody watched this week, for a page that is about something else; nothing when nobody did. */
export function TrendsBlock() {
  const { t } = useTranslation('stats');
  const { w } = useStatsWords();
  const format = useFormat();
  const { data } = useQuery(trendsOptions('7d'));
  if (!data || data.top_movies.length === 0) return null;
  return (
    <section className={styles.block} aria-labelledby="trends-block">
      <h2 id="trends-block">
        <Link to="/trends" search={{ window: '7d' }}>
          {t('trends.block')}
        </Link>
      </h2>
      <ol className={styles.strip}>
        {data.top_movies.slice(0, SHOWN).map((film) => (
          <li key={film.film_id} className={styles.film}>
            <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
              <Poster
                film={{ ...film, directors: [], poster_url: film.poster_path }}
                decorative
                compact
              />
              <span className={styles.name}>{format.title(film)}</span>
              <span className={styles.count}>{w.viewings(film.count)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
