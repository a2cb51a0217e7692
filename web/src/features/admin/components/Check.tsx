import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import { useVerify } from '../api/admin';
import { differencesOf } from '../model/health';
import type { Status } from '../model/types';
import styles from './admin.module.css';

/** Every figure of everybody, counted afresh and compared with the one that stands. */
export function Check({ status }: { status?: Status }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const verify = useVerify();
  const nightly = status?.jobs.find((job) => job.name === 'verify');
  return (
    <div className={styles.stack}>
      <p className={styles.text}>{t('check.text')}</p>
      {nightly?.last_run && !verify.data && (
        <p>
          {t('check.nightly', {
            count: differencesOf(nightly),
            shown: format.number(differencesOf(nightly)),
            when: format.instant(nightly.last_run),
          })}
        </p>
      )}
      {verify.data && (
        <div role="status">
          <p className={styles.said}>
            {t('check.said', {
              count: verify.data.differences,
              shown: format.number(verify.data.differences),
              users: t('check.users', {
                count: verify.data.checked_users,
                shown: format.number(verify.data.checked_users),
              }),
            })}
          </p>
          <ul className={styles.details}>
            {verify.data.details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </div>
      )}
      <Button busy={verify.isPending} onClick={() => verify.mutate(undefined)}>
        {verify.isPending ? t('check.running') : t('check.button')}
      </Button>
    </div>
  );
}
