import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ToggleChip } from '@/components/Chip';
import type { Curve } from '../charts/CurveLine';
import { KChart } from '../charts/KChart';
import type { SvdRow } from '../model/messages';
import type { KOptimization } from '../model/state';
import { useFigures } from '../model/useFigures';
import { errorBound, leastError } from '../model/verdicts';
import styles from './kcurves.module.css';

type More = 'train' | 'variance' | 'efficiency' | 'composite';
const MORE: More[] = ['train', 'variance', 'efficiency', 'composite'];

const VALUE: Record<More, (row: SvdRow) => number | null> = {
  train: (row) => row.train_rmse,
  variance: (row) => row.explained_variance,
  efficiency: (row) => row.efficiency,
  composite: (row) => row.composite_score,
};

interface Props {
  rows: SvdRow[];
  best: number | null;
  search: Pick<KOptimization, 'status' | 'candidates' | 'biasRmse' | 'optimalResults'>;
}

/** The error on ratings kept back decides; the rest may be laid beside it, each on its own scale. */
export function KCurves({ rows, best, search }: Props) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  const [more, setMore] = useState<More[]>([]);
  const ks = rows.map((row) => row.k);
  const judged = rows.some((row) => row.held_out_rmse !== null);
  const columns = useColumns();
  const table = rows.map((row) => ({ ...row, resumed: null }));
  const curves = useMemo(() => curvesOf(rows, more.includes('train'), t), [rows, more, t]);
  const bound = errorBound(rows);
  const { biasRmse } = search;
  const lines = [
    ...(bound === null || rows.length < 2 ? [] : [{ value: bound, label: t('search.bound') }]),
    ...(biasRmse === null ? [] : [{ value: biasRmse, label: t('search.bias') }]),
  ];
  const title = useFinding(rows, best, search);
  const toggles = (
    <div className={styles.toggles} role="group" aria-label={t('search.beside')}>
      {MORE.map((name) => (
        <ToggleChip
          key={name}
          pressed={more.includes(name)}
          onToggle={() =>
            setMore(more.includes(name) ? more.filter((each) => each !== name) : [...more, name])
          }
        >
          {t(`search.curve.${name}`)}
        </ToggleChip>
      ))}
    </div>
  );
  if (!judged) return null;
  return (
    <div className={styles.curves}>
      <KChart
        title={title}
        sub={t('search.sub')}
        bestLabel={t('search.bestLabel', { k: best })}
        lines={lines}
        domain={search.candidates.k_svd}
        readouts={rows.map((row) =>
          t('search.readout', {
            k: row.k,
            error: row.held_out_rmse === null ? '–' : three(row.held_out_rmse),
            se: three(row.standard_error ?? 0),
          }),
        )}
        rows={table}
        controls={toggles}
        format={three}
        {...{ ks, best, curves, columns }}
      />
      <div className={styles.small}>
        {more
          .filter((name) => name !== 'train')
          .map((name) => (
            <KChart
              key={name}
              height={190}
              title={t(`search.curve.${name}`)}
              sub={t('search.informative')}
              bestLabel={t('search.bestLabel', { k: best })}
              curves={[{ key: name, label: '', values: rows.map(VALUE[name]) }]}
              readouts={rows.map((row) => `K = ${row.k}: ${three(VALUE[name](row) ?? 0)}`)}
              rows={table}
              format={three}
              {...{ ks, best, columns }}
            />
          ))}
      </div>
    </div>
  );
}

function curvesOf(rows: SvdRow[], train: boolean, t: (key: string) => string): Curve[] {
  const held: Curve = {
    key: 'held',
    label: t('search.heldOut'),
    values: rows.map((row) => row.held_out_rmse),
    errors: rows.map((row) => row.standard_error),
  };
  const trained = { key: 'train', label: t('search.train'), values: rows.map(VALUE.train) };
  return train ? [held, { ...trained, second: true }] : [held];
}

/** What the curve says, in a sentence. */
function useFinding(rows: SvdRow[], best: number | null, search: Props['search']): string {
  const { t } = useTranslation('ml');
  const least = leastError(rows);
  if (search.status === 'running' && search.optimalResults.k_svd === null) {
    const of = Math.max(rows.length, search.candidates.k_svd.length);
    return t('search.finding.running', { count: rows.length, of, k: least?.k });
  }
  if (best === null || least?.held_out_rmse == null) return t('search.curve.heldOut');
  if (search.biasRmse !== null && search.biasRmse <= least.held_out_rmse) {
    return t('search.finding.nothing');
  }
  if (rows.length === 1) return t('search.finding.only', { best });
  return best < least.k
    ? t('search.finding.fewer', { best, least: least.k })
    : t('search.finding.least', { best });
}

function useColumns() {
  const { t } = useTranslation('ml');
  return [
    { key: 'k', label: 'K', numeric: true },
    { key: 'held_out_rmse', label: t('search.heldOut'), numeric: true },
    { key: 'standard_error', label: t('search.se'), numeric: true },
    { key: 'train_rmse', label: t('search.train'), numeric: true },
    { key: 'explained_variance', label: t('search.variance'), numeric: true },
    { key: 'efficiency', label: t('search.efficiency'), numeric: true },
    { key: 'composite_score', label: t('search.composite'), numeric: true },
  ];
}
