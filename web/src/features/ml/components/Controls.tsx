import { Eraser, FlaskConical, Play, Search, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { CheckField } from '@/components/Field';
import { phaseWords } from '../model/log';
import type { Followed } from '../model/state';
import type { Dashboard } from '../model/useDashboard';
import { useFigures } from '../model/useFigures';
import styles from './controls.module.css';
import { TrainingOptions, type Chosen } from './TrainingOptions';

const DEFAULTS: Chosen = { source: 'auto', hold_out: 10, seed: 42 };

/** What one may begin, and what is being done. */
export function Controls({ dashboard, trained }: { dashboard: Dashboard; trained: boolean }) {
  const { t } = useTranslation('ml');
  const { state, begin, running, asking, refused } = dashboard;
  const [chosen, setChosen] = useState(DEFAULTS);
  const busy = running !== null || asking;
  const is = (kind: Followed['kind']) => running?.kind === kind;
  const { source, seed } = chosen;
  const training = { source, seed, hold_out: chosen.hold_out / 100 };
  return (
    <section className={styles.controls} aria-label={t('controls.title')}>
      <div className={styles.buttons}>
        <Button
          kind="main"
          icon={Play}
          disabled={busy}
          onClick={() => void begin({ kind: 'train', options: training })}
        >
          {is('train') ? t('controls.training') : t('controls.train')}
        </Button>
        <Button
          icon={Search}
          disabled={busy}
          onClick={() => void begin({ kind: 'optimise-k', options: { source, seed } })}
        >
          {is('optimise-k') ? t('controls.optimising') : t('controls.optimise')}
        </Button>
        <Button
          icon={FlaskConical}
          disabled={busy || !trained}
          onClick={() => void begin({ kind: 'evaluate' })}
        >
          {is('evaluate') ? t('controls.evaluating') : t('controls.evaluate')}
        </Button>
        <CheckField
          label={t('controls.auto')}
          checked={state.isAutoRefresh}
          onChange={dashboard.setAutoRefresh}
        />
        <Button kind="quiet" icon={Eraser} onClick={dashboard.clearLogs}>
          {t('controls.clear')}
        </Button>
      </div>
      <TrainingOptions chosen={chosen} onChange={setChosen} />
      {refused && (
        <p className={styles.refused} role="alert">
          {refused}
        </p>
      )}
      {running && <Progress job={running} dashboard={dashboard} />}
    </section>
  );
}

function Progress({ job, dashboard }: { job: Followed; dashboard: Dashboard }) {
  const { t } = useTranslation('ml');
  const { percent } = useFigures();
  const label = t(`kind.${job.kind}`);
  const doing = phaseWords(t, job.status === 'waiting' ? 'waiting' : job.phase);
  return (
    <div className={styles.progress}>
      <p className={styles.doing}>
        <b>{label}</b> {doing}
      </p>
      <p className={styles.share} data-figures="">
        {percent(job.progress / 100)}
      </p>
      <Button
        kind="danger"
        icon={X}
        busy={dashboard.cancelling}
        onClick={() => dashboard.cancel(job.id)}
      >
        {t('controls.cancel')}
      </Button>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={label}
        aria-valuenow={job.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={`${percent(job.progress / 100)} ${doing}`}
      >
        <span style={{ width: `${job.progress}%` }} />
      </div>
      <p className={styles.note}>{t('controls.alone')}</p>
    </div>
  );
}
