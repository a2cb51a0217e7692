import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import { useAct } from '../api/imports';
import { partDone } from '../model/preview';
import type { Import } from '../model/types';
import { Meter } from './Meter';
import styles from './stage.module.css';

const PHASES = ['reading', 'matching', 'comparing', 'applying', 'undoing', 'done'];

/** The file is read, the films are written or taken back; one may walk away, or stop it. */
export function Working({ found }: { found: Import }) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const act = useAct(found.id);
  const { done, total, phase } = found.progress;
  const part = partDone(done, total);
  const stage = PHASES.includes(phase) ? phase : found.status;
  return (
    <div className={styles.working}>
      <p className={styles.figure} role="status" aria-live="polite">
        {part === null ? format.number(done) : format.percent(Math.floor(part * 100) / 100)}
      </p>
      <Meter part={part} label={t(`phase.${stage}`)} />
      <p className={styles.phase}>
        {t(`phase.${stage}`)}
        {total > 0 && (
          <span data-figures>
            {' '}
            {t('working.of', { done: format.number(done), total: format.number(total) })}
          </span>
        )}
      </p>
      <p className={styles.note}>{t(`working.note.${found.status}`)}</p>
      {found.status !== 'undoing' && (
        <Button busy={act.isPending} onClick={() => act.mutate('discard')}>
          {t(`working.stop.${found.status}`)}
        </Button>
      )}
    </div>
  );
}
