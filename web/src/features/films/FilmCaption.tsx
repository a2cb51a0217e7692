import { Bookmark, Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { Rated } from '@/components/StarRating';
import styles from './FilmsPage.module.css';

/** Under a poster: the year, and what the film is to me. */
export function FilmCaption({ film }: { film: Film }) {
  const { t } = useTranslation('films');
  return (
    <>
      <span>{film.year}</span>
      <span className={styles.mine}>
        {film.mine?.rating != null && <Rated value={film.mine.rating} />}
        {film.mine?.seen && film.mine.rating === null && (
          <Check size={16} strokeWidth={2} aria-label={t('seen')} />
        )}
        {film.mine?.watchlist && !film.mine.seen && (
          <Bookmark size={16} strokeWidth={1.75} aria-label={t('listed')} />
        )}
      </span>
    </>
  );
}
