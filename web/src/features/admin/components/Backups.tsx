import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { downloads } from '@/lib/download';
import { useFormat } from '@/lib/format';
import { bytesIn } from '@/lib/format/bytes';
import { backupsOptions, statusOptions, useRunJob } from '../api/admin';
import type { Backup } from '../model/types';
import styles from './admin.module.css';

/** Copies that can be read without us. */
export function Backups() {
  const { t } = useTranslation('admin');
  const { data: status } = useQuery(statusOptions);
  const { data, refetch } = useQuery(backupsOptions);
  const run = useRunJob();
  const job = status?.jobs.find((each) => each.name === 'backup');
  const finished = job?.last_run;
  useEffect(() => {
    void refetch();
  }, [finished, refetch]);
  const busy = run.isPending || (job?.running ?? false);
  return (
    <div className={styles.stack}>
      <p className={styles.text}>{t('backups.text')}</p>
      <Button busy={busy} onClick={() => run.mutate('backup')}>
        {busy ? t('backups.running') : t('backups.take')}
      </Button>
      {data && data.items.length > 0 ? (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('backups.when')}</th>
              <th scope="col">{t('backups.why')}</th>
              <th scope="col" className={styles.end}>
                {t('backups.size')}
              </th>
              <th scope="col">
                <span className="visually-hidden">{t('backups.download')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((backup) => (
              <Line key={backup.name} backup={backup} />
            ))}
          </tbody>
        </table>
      ) : (
        data && <p>{t('backups.none')}</p>
      )}
    </div>
  );
}

function Line({ backup }: { backup: Backup }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const when = format.instant(backup.created_at);
  return (
    <tr>
      <td>
        <time dateTime={backup.created_at}>{when}</time>
      </td>
      <td>{t(`reason.${backup.reason}`, { defaultValue: backup.reason })}</td>
      <td className={styles.end}>{bytesIn(format.locale, backup.bytes)}</td>
      <td className={styles.end}>
        <a
          {...downloads(`/api/admin/backups/${encodeURIComponent(backup.name)}/download`)}
          className={styles.download}
          aria-label={t('backups.downloadOf', { when })}
        >
          <Download size={18} strokeWidth={1.75} aria-hidden />
        </a>
      </td>
    </tr>
  );
}
