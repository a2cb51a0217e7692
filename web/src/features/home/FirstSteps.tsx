import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '@/components/Button';
import { Poster, type PosterSubject } from '@/components/Poster';
import { useQuery } from '@tanstack/react-query';
import { suggestOptions } from '@/lib/queries/films';
import { logFilm } from '@/lib/shell';
import styles from './Home.module.css';

/** An empty house: the one next step, and what waits in the catalogue. */
export function FirstSteps({ name }: { name: string }) {
  const { t } = useTranslation('home');
  const { data } = useQuery(suggestOptions('', 12));
  const films: PosterSubject[] = data?.items ?? [];
  return (
    <div className={styles.first}>
      <div>
        <h1 className={styles.hello}>{t('first.title', { name })}</h1>
        <p className={styles.lead}>{t('first.text')}</p>
        <div className={styles.buttons}>
          <Link to="/import" className={buttonClass('main')}>
            {t('first.import')}
          </Link>
          <Button onClick={() => logFilm()}>{t('first.log')}</Button>
        </div>
      </div>
      <div className={styles.wall} aria-hidden>
        {films.map((film) => (
          <Poster key={film.film_id} film={film} decorative />
        ))}
      </div>
    </div>
  );
}
