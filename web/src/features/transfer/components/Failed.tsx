import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '@/components/Button';
import { inWords } from '../model/reasons';
import type { Import } from '../model/types';
import styles from './stage.module.css';

/** What happened, what was kept, and what to do. */
export function Failed({ found }: { found: Import }) {
  const { t, i18n } = useTranslation('transfer');
  const say = (text: string | null | undefined) => (text ? inWords(text, i18n.language) : '');
  return (
    <div className={styles.failed}>
      <p className={styles.what}>{say(found.error?.detail) || t('failed.unknown')}</p>
      <p>{say(found.error?.mend)}</p>
      <p className={styles.note}>{t('failed.kept')}</p>
      <Link to="/import" className={buttonClass('main')}>
        {t('another')}
      </Link>
    </div>
  );
}
