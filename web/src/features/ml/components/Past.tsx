import { useTranslation } from 'react-i18next';
import { HrefLink } from '@/components/charts/HrefLink';
import { Rated } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import type { PastRating } from '../model/types';
import styles from './films.module.css';

const MOST = 100;

/** What somebody has rated, the latest first: all that the model knows of them. */
export function Past({ ratings }: { ratings: PastRating[] }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  if (ratings.length === 0) return <p>{t('recommendations.noHistory')}</p>;
  return (
    <>
      <p className={styles.by}>{t('recommendations.rated', { count: ratings.length })}</p>
      <div
        className={styles.past}
        tabIndex={0}
        role="region"
        aria-label={t('recommendations.history')}
      >
        <ul>
          {ratings.slice(0, MOST).map((one) => (
            <li key={one.film_id}>
              <span>
                <HrefLink href={`/films/${one.film_id}`} className={styles.title}>
                  {format.title(one)}
                </HrefLink>{' '}
                <span className={styles.year}>{one.year}</span>
              </span>
              <Rated value={one.rating} />
              <span className={styles.small}>
                {one.rated_at ? format.date(one.rated_at.slice(0, 10)) : ''}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
