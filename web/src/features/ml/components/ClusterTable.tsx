import { useTranslation } from 'react-i18next';
import type { ClusterRow } from '../model/messages';
import { useFigures } from '../model/useFigures';
import { verdictOf } from '../model/verdicts';
import styles from './ml.module.css';

/** The candidates for C, one line each as they come. */
export function ClusterTable({ rows, best }: { rows: ClusterRow[]; best: number | null }) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('search.clusterTable')}>
      <table className={styles.table}>
        <caption>{t('search.clusterTable')}</caption>
        <thead>
          <tr>
            <th scope="col">C</th>
            <th scope="col">{t('search.verdict')}</th>
            <th scope="col" className={styles.number}>
              {t('search.silhouette')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.balance')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.stability')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.composite')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.k} data-best={row.k === best || undefined}>
              <th scope="row">
                {row.k} {row.resumed && <span className={styles.small}>{t('search.resumed')}</span>}
              </th>
              <td className={styles.verdict}>
                {t(`search.clusterVerdict.${verdictOf(row, best)}`)}
              </td>
              <td className={styles.number}>{three(row.silhouette_score)}</td>
              <td className={styles.number}>{three(row.balance)}</td>
              <td className={styles.number}>
                {row.stability === null ? '–' : three(row.stability)}
              </td>
              <td className={styles.number}>{three(row.composite_score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
