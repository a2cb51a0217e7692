import { useMemo, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import type { Followed, KOptimization } from '../model/state';
import { failureWords } from '../model/log';
import { useFigures } from '../model/useFigures';
import { ClusterTable, SvdTable } from './CandidateTable';
import { KCurves } from './KCurves';
import styles from './ml.module.css';

/** The search for K: rows and curves as they are found, and what came of it. */
export const KSearch = memo(function KSearch({
  search,
  followed,
}: {
  search: KOptimization;
  followed: Followed | null;
}) {
  const { t } = useTranslation('ml');
  const { kSvdResults: svd, kClusterResults: clusters, optimalResults } = search;
  const bestK = optimalResults.k_svd ?? search.leading.k_svd;
  const bestC = optimalResults.k_cluster ?? search.leading.k_cluster;
  const rows = useMemo(() => [...svd].sort((a, b) => a.k - b.k), [svd]);
  const waits = search.status === 'running' && followed?.status === 'waiting';
  return (
    <div className={styles.stack}>
      <p className={styles.text}>{t('search.text')}</p>
      <Said search={search} waits={waits} />
      {svd.length > 0 && (
        <>
          <KCurves rows={rows} best={bestK} search={search} />
          <div className={styles.tables}>
            <SvdTable rows={rows} best={bestK} />
            {clusters.length > 0 && <ClusterTable rows={clusters} best={bestC} />}
          </div>
          <p className={styles.small}>
            {t('search.star')} {t('search.resume')}
          </p>
        </>
      )}
    </div>
  );
});

function Said({ search, waits }: { search: KOptimization; waits: boolean }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { percent, three } = useFigures();
  const { matrixInfo: matrix, optimalResults: optimal, status } = search;
  const found = optimal.k_svd !== null && status === 'completed';
  return (
    <div role="status" className={styles.stack}>
      {status === 'running' && (
        <p>
          <b>{waits ? t('search.waits') : t(`search.phase.${search.currentPhase ?? 'begin'}`)}</b>
        </p>
      )}
      {found && (
        <p>
          <b>{t('search.found', { svd: optimal.k_svd, cluster: optimal.k_cluster ?? '–' })}</b>{' '}
          {t('search.next')}
        </p>
      )}
      {search.clear === false && <p>{t('search.unclear')}</p>}
      {status === 'cancelled' && <p className={styles.note}>{t('search.cancelled')}</p>}
      {status === 'error' && (
        <p className={styles.note}>
          {t('search.failed', { why: failureWords(t, search.failure, search.error) })}
        </p>
      )}
      {matrix && (
        <p className={styles.small}>
          {t('search.matrix', {
            users: format.number(matrix.shape[0]),
            films: format.number(matrix.shape[1]),
            density: percent(matrix.density),
          })}
        </p>
      )}
      {search.noiseFloor !== null && (
        <p className={styles.note}>{t('log.said.invented', { floor: three(search.noiseFloor) })}</p>
      )}
      {status === 'idle' && search.jobId === null && (
        <p className={styles.small}>{t('search.none')}</p>
      )}
    </div>
  );
}
