import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterRow, SvdRow } from '../model/messages';
import { useFigures } from '../model/useFigures';
import { verdictOf } from '../model/verdicts';
import styles from './ml.module.css';

interface Tried<Row> {
  /** In the order in which they stand. */
  rows: Row[];
  best: number | null;
}

interface Props<Row> extends Tried<Row> {
  title: string;
  /** What the candidates are numbers of: K or C. */
  symbol: string;
  verdicts: 'svdVerdict' | 'clusterVerdict';
  columns: { label: string; of: (row: Row) => ReactNode }[];
}

/** The candidates for K, one line each as they come. */
export function SvdTable(tried: Tried<SvdRow>) {
  const { t } = useTranslation('ml');
  const { three, percent } = useFigures();
  const held = (row: SvdRow) => (
    <>
      {row.held_out_rmse === null ? '–' : three(row.held_out_rmse)}
      {row.standard_error !== null && (
        <span className={styles.small}> ± {three(row.standard_error)}</span>
      )}
    </>
  );
  return (
    <CandidateTable
      {...tried}
      title={t('search.svdTable')}
      symbol="K"
      verdicts="svdVerdict"
      columns={[
        { label: t('search.heldOut'), of: held },
        {
          label: t('search.train'),
          of: (row) => (row.train_rmse === null ? '–' : three(row.train_rmse)),
        },
        { label: t('search.variance'), of: (row) => percent(row.explained_variance) },
        { label: t('search.efficiency'), of: (row) => three(row.efficiency) },
        { label: t('search.composite'), of: (row) => three(row.composite_score) },
      ]}
    />
  );
}

/** The candidates for C, likewise. */
export function ClusterTable(tried: Tried<ClusterRow>) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  return (
    <CandidateTable
      {...tried}
      title={t('search.clusterTable')}
      symbol="C"
      verdicts="clusterVerdict"
      columns={[
        { label: t('search.silhouette'), of: (row) => three(row.silhouette_score) },
        { label: t('search.balance'), of: (row) => three(row.balance) },
        {
          label: t('search.stability'),
          of: (row) => (row.stability === null ? '–' : three(row.stability)),
        },
        { label: t('search.composite'), of: (row) => three(row.composite_score) },
      ]}
    />
  );
}

function CandidateTable<Row extends SvdRow | ClusterRow>(props: Props<Row>) {
  const { rows, best, title, symbol, verdicts, columns } = props;
  const { t } = useTranslation('ml');
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
      <table className={styles.table}>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles.candidate}>
              {symbol}
            </th>
            <th scope="col">{t('search.verdict')}</th>
            {columns.map(({ label }) => (
              <th key={label} scope="col" className={styles.number}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.k} data-best={row.k === best || undefined}>
              <th scope="row">
                {row.k} {row.resumed && <span className={styles.small}>{t('search.resumed')}</span>}
              </th>
              <td className={styles.verdict}>{t(`search.${verdicts}.${verdictOf(row, best)}`)}</td>
              {columns.map(({ label, of }) => (
                <td key={label} className={`${styles.number} ${styles.nowrap}`}>
                  {of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
