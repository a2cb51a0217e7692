import { useTranslation } from 'react-i18next';
import { HrefLink } from '@/components/charts/HrefLink';
import { GenreMark } from '@/components/Chip';
import { Poster } from '@/components/Poster';
import { Rated } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import type { Suggestion, Suggestions } from '../model/types';
import { useFigures } from '../model/useFigures';
import styles from './films.module.css';

const MOST_GENRES = 3;

/** Ten films with the stars that are promised, and which model promises them. */
export function Suggested({ found, version }: { found: Suggestions; version: string | null }) {
  const { t } = useTranslation('ml');
  const { model, items } = found;
  return (
    <>
      <p className={styles.by}>
        {model.version !== version && version !== null
          ? t('recommendations.loading', { version })
          : model.fallback
            ? t('recommendations.fallback')
            : t('recommendations.by', { version: model.version })}{' '}
        {t('recommendations.of', { count: found.rated })}
      </p>
      {items.length === 0 && <p>{t('recommendations.none')}</p>}
      <ol className={styles.films}>
        {items.map((item) => (
          <Card key={item.film_id} item={item} />
        ))}
      </ol>
    </>
  );
}

function Card({ item }: { item: Suggestion }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { one, three } = useFigures();
  const { film } = item;
  return (
    <li className={styles.card}>
      <HrefLink
        href={`/films/${film.film_id}`}
        className={styles.poster}
        tabIndex={-1}
        aria-hidden="true"
      >
        <Poster film={film} compact decorative />
      </HrefLink>
      <div className={styles.words}>
        <HrefLink href={`/films/${film.film_id}`} className={styles.title}>
          {format.title(film)}
        </HrefLink>{' '}
        <span className={styles.year}>{film.year}</span>
        <p className={styles.stars}>
          <Rated value={item.predicted_rating} />
          <b>{one(item.predicted)}</b>
          <span className={styles.small}>
            {t('recommendations.interval', {
              low: one(item.interval.low),
              high: one(item.interval.high),
            })}
          </span>
        </p>
        <p className={styles.genres}>
          {film.genres.slice(0, MOST_GENRES).map((genre) => (
            <GenreMark key={genre} id={genre} />
          ))}
        </p>
      </div>
      <p className={styles.score}>
        <span className={styles.small}>{t('recommendations.score')}</span>
        {three(item.score)}
      </p>
    </li>
  );
}
