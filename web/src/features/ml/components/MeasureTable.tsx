import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import type { Measure } from '../model/types';
import { useFigures } from '../model/useFigures';
import styles from './ml.module.css';

/** Every figure with its interval, as the model's record holds it. */
export function MeasureTable({ measures }: { measures: Record<string, Measure> }) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  const format = useFormat();
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('performance.all')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('performance.measure')}</th>
            <th scope="col" className={styles.number}>
              {t('performance.value')}
            </th>
            <th scope="col" className={styles.number}>
              {t('performance.between')}
            </th>
            <th scope="col" className={styles.number}>
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(measures).map(([name, measure]) => (
            <tr key={name}>
              <th scope="row">{t(`measure.${name}`, { defaultValue: name })}</th>
              <td className={styles.number}>{three(measure.value)}</td>
              <td className={styles.number}>
                {three(measure.low)} – {three(measure.high)}
              </td>
              <td className={styles.number}>{format.number(measure.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
