import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '@/components/Page';
import { setupOptions, useMe } from '@/lib/queries/session';
import { troubleText } from '@/lib/trouble';
import { evaluationOptions, modelStatusOptions } from '../api/ml';
import { useDashboard } from '../model/useDashboard';
import { Clusters } from './Clusters';
import { Console } from './Console';
import { Controls } from './Controls';
import { DriftPart } from './DriftPart';
import { KSearch } from './KSearch';
import styles from './ml.module.css';
import { Models } from './Models';
import { Performance } from './Performance';
import { Recommendations } from './Recommendations';
import { StatusGrid } from './StatusGrid';

interface Props {
  onFilm: (filmId: string) => void;
}

/** See inside: everything that learns here, on one page. */
export function MlDashboardPage(props: Props) {
  const { t } = useTranslation('ml');
  const { data: me } = useMe();
  if (!me) return null;
  if (me.role !== 'administrator') {
    return <Page title={t('title')} lead={t('others')} children={null} />;
  }
  return <Inside {...props} />;
}

function Inside({ onFilm }: Props) {
  const { t } = useTranslation('ml');
  const dashboard = useDashboard();
  const { state, log } = dashboard;
  const { data: setup } = useQuery(setupOptions);
  const status = useQuery(modelStatusOptions(state.isAutoRefresh));
  const evaluation = useQuery(evaluationOptions);
  const trouble = status.error ?? evaluation.error;
  const said = useRef<unknown>(null);
  useEffect(() => {
    if (trouble && trouble !== said.current) log('error', troubleText(trouble));
    said.current = trouble;
  }, [trouble, log]);
  const version = status.data?.version ?? null;
  return (
    <Page
      title={t('title')}
      lead={
        <>
          <b className={styles.product}>CineMatch {setup?.version}</b> {t('lead')}
        </>
      }
    >
      <Controls dashboard={dashboard} trained={status.data?.is_trained ?? false} />
      <StatusGrid status={status.data} search={state.kOptimization} />
      <div className={styles.beside}>
        <div>
          <Section title={t('recommendations.title')}>
            <Recommendations version={version} log={log} />
          </Section>
        </div>
        <div>
          <Section title={t('performance.title')}>
            <Performance
              evaluation={evaluation.data}
              invented={status.data?.training_source === 'demo'}
            />
          </Section>
        </div>
      </div>
      <div className={styles.rest}>
        <Section title={t('search.title')}>
          <KSearch search={state.kOptimization} followed={state.followed} />
        </Section>
        <Section title={t('clusters.title')}>
          <Clusters onFilm={onFilm} />
        </Section>
        <Section title={t('models.title')}>
          <Models log={log} />
        </Section>
        <Section title={t('drift.title')}>
          <DriftPart />
        </Section>
        <Section title={t('console.title')}>
          <Console logs={state.logs} onClear={dashboard.clearLogs} />
        </Section>
      </div>
    </Page>
  );
}
