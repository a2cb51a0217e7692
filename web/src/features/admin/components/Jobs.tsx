import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import { useRunJob } from '../api/admin';
import { differencesOf, failed } from '../model/health';
import type { Job } from '../model/types';
import styles from './admin.module.css';

/** What happens at night, and how it went. */
export function Jobs({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const run = useRunJob();
  const when = (at: string | null) => (at ? format.instant(at) : t('never'));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('jobs.name')}</th>
          <th scope="col">{t('jobs.last')}</th>
          <th scope="col">{t('jobs.next')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('jobs.run')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.name}>
            <td>
              <b>{t(`job.${job.name}`, { defaultValue: job.name })}</b>
            </td>
            <td data-label={`${t('jobs.last')}:`}>
              {when(job.last_run)}
              <span className={styles.small}>{resultOf(job, t)}</span>
            </td>
            <td data-label={`${t('jobs.next')}:`}>{when(job.next_run)}</td>
            <td className={styles.end}>
              <Button
                busy={job.running}
                disabled={run.isPending || jobs.some((each) => each.running)}
                onClick={() => run.mutate(job.name)}
                aria-label={t('jobs.runNow', {
                  name: t(`job.${job.name}`, { defaultValue: job.name }),
                })}
              >
                {job.running ? t('jobs.running') : t('jobs.run')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function resultOf(job: Job, t: TFunction<'admin'>): string {
  if (job.running) return t('jobs.running');
  if (!job.last_result) return '';
  if (failed(job)) return t('jobs.failed', { why: String(job.last_result.error) });
  if (job.name === 'verify') return t('jobs.differences', { count: differencesOf(job) });
  return t('jobs.well');
}
