import { Link } from '@tanstack/react-router';
import { Shuffle } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api/types';
import { Button, buttonClass } from '@/components/Button';
import { Poster } from '@/components/Poster';
import { PosterSkeleton } from '@/components/Skeleton';
import { today, useFormat } from '@/lib/format';
import { logFilm } from '@/lib/shell';
import styles from './Home.module.css';

/** One film of the watchlist, another each day. */
export function Tonight({ entries, pending }: { entries: Entry[]; pending: boolean }) {
  const { t } = useTranslation('home');
  const format = useFormat();
  const [turn, setTurn] = useState(0);
  if (pending) {
    return (
      <section className={styles.tonight}>
        <PosterSkeleton />
      </section>
    );
  }
  const daily = Number(today().replaceAll('-', ''));
  const entry = entries[(daily * 7 + turn) % Math.max(entries.length, 1)];
  if (!entry) {
    return (
      <section className={`${styles.tonight} ${styles.plain}`}>
        <div>
          <h2 className={styles.kicker}>{t('tonight.none')}</h2>
          <p className={styles.note}>{t('tonight.noneText')}</p>
          <p className={styles.buttons}>
            <Link to="/films" search={{ seen: 'no' }} className={buttonClass('plain')}>
              {t('tonight.look')}
            </Link>
          </p>
        </div>
      </section>
    );
  }
  const { film } = entry;
  return (
    <section className={styles.tonight}>
      <Link to="/films/$filmId" params={{ filmId: film.film_id }} tabIndex={-1} aria-hidden>
        <Poster film={film} decorative eager />
      </Link>
      <div>
        <h2 className={styles.kicker}>{t('tonight.title')}</h2>
        <p className={styles.tonightTitle}>
          <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
            {format.title(film)}
          </Link>
        </p>
        <p className={styles.note}>
          {[film.year, film.runtime && format.duration(film.runtime), film.directors[0]?.name]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <div className={styles.buttons}>
          <Button onClick={() => logFilm(film)}>{t('tonight.seen')}</Button>
          {entries.length > 1 && (
            <Button kind="quiet" icon={Shuffle} onClick={() => setTurn(turn + 1)}>
              {t('tonight.other')}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
