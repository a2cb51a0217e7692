import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '@/components/Button';
import { downloads } from '@/lib/download';
import styles from './import.module.css';

const FORMATS = ['cinematch', 'letterboxd', 'imdb'] as const;

/** The way out, in three shapes; their titles stand one level below what is around them. */
export function Exports({ heading: Heading }: { heading: 'h2' | 'h3' }) {
  const { t } = useTranslation('transfer');
  return (
    <div className={styles.exports}>
      {FORMATS.map((format) => (
        <div key={format} className={styles.export}>
          <Heading>{t(`export.${format}.title`)}</Heading>
          <p>{t(`export.${format}.for`)}</p>
          <a {...downloads(`/api/export?format=${format}`)} className={buttonClass()}>
            <Download size={18} strokeWidth={1.75} aria-hidden />
            {t(`export.${format}.button`)}
          </a>
        </div>
      ))}
    </div>
  );
}
