import { Heart } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api/types';
import { Rated } from '@/components/StarRating';
import styles from './Library.module.css';

export function EntryCaption({ entry }: { entry: Entry }) {
  const { t } = useTranslation('library');
  return (
    <>
      {entry.rating === null ? <span>{entry.film.year}</span> : <Rated value={entry.rating} />}
      <span className={styles.marks}>
        {entry.watches.length > 1 && (
          <span>
            {entry.watches.length}×<span className="visually-hidden"> {t('viewings')}</span>
          </span>
        )}
        {entry.liked && <Heart size={14} className={styles.liked} aria-label={t('liked')} />}
      </span>
    </>
  );
}
