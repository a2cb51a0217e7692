import { Link } from '@tanstack/react-router';
import { Bookmark, Heart, PenLine } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { Button, IconButton } from '@/components/Button';
import { GenreMark } from '@/components/Chip';
import { Poster } from '@/components/Poster';
import { StarRating } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import { logFilm } from '@/lib/shell';
import styles from './FilmHead.module.css';
import { People } from './People';

/** The film itself, and the one gesture people came for. */
export function FilmHead({
  film,
  more,
  aside,
}: {
  film: Film;
  more?: ReactNode;
  aside?: ReactNode;
}) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const actions = useEntryActions();
  const title = format.title(film);
  const other = format.otherTitle(film);
  const mine = film.mine;
  return (
    <header className={styles.head}>
      <div className={styles.poster}>
        <Poster film={film} decorative eager />
      </div>
      <div className={styles.words}>
        <h1 className={styles.title} data-long={title.length > 24 || undefined}>
          {title}
        </h1>
        {other && <p className={styles.others}>{other}</p>}
        <p className={styles.line}>
          {film.year && (
            <Link to="/films" search={{ year: film.year }}>
              {film.year}
            </Link>
          )}
          {film.runtime !== null && <span>{format.duration(film.runtime)}</span>}
          {film.directors.length > 0 && (
            <span>
              {t('by')} <People people={film.directors} />
            </span>
          )}
        </p>
        <ul className={styles.genres} aria-label={t('genres')}>
          {film.genres.map((genre) => (
            <li key={genre}>
              <Link to="/films" search={{ genre }}>
                <GenreMark id={genre} />
              </Link>
            </li>
          ))}
        </ul>
        {aside && <p className={styles.aside}>{aside}</p>}
      </div>
      <div className={styles.gesture}>
        <div className={styles.rating}>
          <p className={styles.label} aria-hidden>
            {mine?.rating ? format.stars(mine.rating) : t('rateIt')}
          </p>
          <StarRating
            value={mine?.rating ?? null}
            onRate={(stars) => actions.rate(film, stars)}
            size="large"
          />
        </div>
        <div className={styles.buttons}>
          <Button kind="main" icon={PenLine} onClick={() => logFilm(film)}>
            {mine?.seen ? t('logAgain') : t('log')}
          </Button>
          <IconButton
            icon={Heart}
            label={t('like')}
            pressed={mine?.liked ?? false}
            filled={mine?.liked}
            onClick={() => actions.like(film, !mine?.liked)}
          />
          <IconButton
            icon={Bookmark}
            label={t('watchlist')}
            pressed={mine?.watchlist ?? false}
            filled={mine?.watchlist}
            onClick={() => actions.watchlist(film, !mine?.watchlist)}
          />
          {more}
        </div>
      </div>
    </header>
  );
}
