import { Link } from '@tanstack/react-router';
import { FileUp, LayoutGrid } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './setup.module.css';

/** Two ways to begin, and a third: later. */
export function Ways({ onFilms }: { onFilms: () => void }) {
  const { t } = useTranslation('setup');
  return (
    <div className={styles.ways}>
      <Link to="/import" className={styles.way}>
        <FileUp size={28} strokeWidth={1.5} aria-hidden />
        <span>
          <b>{t('ways.import')}</b>
          <span>{t('ways.importText')}</span>
        </span>
      </Link>
      <button type="button" className={styles.way} onClick={onFilms}>
        <LayoutGrid size={28} strokeWidth={1.5} aria-hidden />
        <span>
          <b>{t('ways.pick')}</b>
          <span>{t('ways.pickText')}</span>
        </span>
      </button>
      <p className={styles.later}>
        <Link to="/">{t('ways.later')}</Link>
      </p>
    </div>
  );
}
