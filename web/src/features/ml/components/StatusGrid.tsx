import { memo } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';
import { useFormat } from '@/lib/format';
import { modelsOptions } from '../api/ml';
import type { KOptimization } from '../model/state';
import type { ModelStatus } from '../model/types';
import { useFigures } from '../model/useFigures';
import styles from './status.module.css';

const NOTHING = '–';

/** The model that serves, in figures; those of the last search beside those in use. */
export const StatusGrid = memo(function StatusGrid({
  status,
  search,
}: {
  status?: ModelStatus;
  search: KOptimization;
}) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { percent } = useFigures();
  const { data: models } = useQuery(modelsOptions);
  if (!status) return <Skeleton height="11rem" />;
  const serving = models?.items.find((model) => model.version === status.version);
  const trained = status.is_trained;
  const count = (n: number | undefined) => (n === undefined ? NOTHING : format.number(n));
  const optimal = (of: 'k_svd' | 'k_cluster') =>
    count(search.optimalResults[of] ?? status.optimal_k[of] ?? undefined);
  return (
    <section className={styles.status} aria-label={t('status.title')}>
      <div className={styles.state}>
        <p className={styles.badge} data-active={trained || undefined} role="status">
          {trained ? t('status.active') : t('status.inactive')}
        </p>
        <p className={styles.text}>
          {trained ? t(`status.from.${status.training_source}`) : t('status.untrained')}
        </p>
      </div>
      <dl className={styles.figures}>
        <Figure name={t('status.kSvd')} value={count(trained ? status.n_components : undefined)} />
        <Figure name={t('status.kCluster')} value={count(status.n_clusters || undefined)} />
        <Figure
          name={t('status.variance')}
          value={trained ? percent(status.explained_variance) : NOTHING}
          note={t('status.informative')}
        />
        <Figure name={t('status.optimalSvd')} value={optimal('k_svd')} note={t('status.search')} />
        <Figure
          name={t('status.optimalCluster')}
          value={optimal('k_cluster')}
          note={t('status.search')}
        />
        <Figure name={t('status.ratings')} value={count(serving?.ratings)} />
        <Figure name={t('status.users')} value={count(serving?.users)} />
        <Figure name={t('status.films')} value={count(serving?.films)} />
      </dl>
      <dl className={styles.facts}>
        <Figure
          name={t('status.source')}
          value={t(`status.sources.${status.training_source}`)}
          mark={status.training_source === 'demo'}
        />
        <Figure
          name={t('status.when')}
          value={status.last_updated ? format.instant(status.last_updated) : NOTHING}
        />
        <Figure name={t('status.version')} value={status.version ?? NOTHING} />
      </dl>
    </section>
  );
});

function Figure({
  name,
  value,
  note,
  mark,
}: {
  name: string;
  value: ReactNode;
  note?: string;
  mark?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-mark={mark || undefined}>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
