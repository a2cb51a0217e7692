import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { worries } from '../model/health';
import type { Status } from '../model/types';
import styles from './admin.module.css';

/** The sentence that this page is for. */
export function Rest({ status }: { status: Status }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const found = worries(status, new Date());
  const when = (at: string | null) => (at ? format.instant(at) : t('never'));
  return (
    <div className={styles.rest} role="status">
      <p className={styles.verdict} data-calm={found.length === 0 || undefined}>
        {found.length === 0 ? t('rest.calm') : t('rest.worry', { count: found.length })}
      </p>
      {found.length === 0 ? (
        <p className={styles.text}>
          {t('rest.why', { backup: when(status.last_backup), check: when(status.last_verify) })}
        </p>
      ) : (
        <ul className={styles.worries}>
          {found.map((worry) => (
            <li key={worry}>{t(`worry.${worry}`)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
