import { useTranslation } from 'react-i18next';
import type { SvdRow } from '../model/messages';
import { useFigures } from '../model/useFigures';
import { verdictOf } from '../model/verdicts';
import styles from './ml.module.css';

const NOTHING = '–';

/** The candidates for K, one line each as they come. */
export function SvdTable({ rows, best }: { rows: SvdRow[]; best: number | null }) {
  const { t } = useTranslation('ml');
  const { three, percent } = useFigures();
  const figure = (value: number | null) => (value === null ? NOTHING : three(value));
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('search.svdTable')}>
      <table className={styles.table}>
        <caption>{t('search.svdTable')}</caption>
        <thead>
          <tr>
            <th scope="col">K</th>
            <th scope="col">{t('search.verdict')}</th>
            <th scope="col" className={styles.number}>
              {t('search.heldOut')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.train')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.variance')}
            </th>
            <th scope="col" className={styles.number}>
              {t('search.efficiency')}
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
              <td className={styles.verdict}>{t(`search.svdVerdict.${verdictOf(row, best)}`)}</td>
              <td className={`${styles.number} ${styles.nowrap}`}>
                {figure(row.held_out_rmse)}
                {row.standard_error !== null && (
                  <span className={styles.small}> ± {three(row.standard_error)}</span>
                )}
              </td>
              <td className={styles.number}>{figure(row.train_rmse)}</td>
              <td className={styles.number}>{percent(row.explained_variance)}</td>
              <td className={styles.number}>{three(row.efficiency)}</td>
              <td className={styles.number}>{three(row.composite_score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
