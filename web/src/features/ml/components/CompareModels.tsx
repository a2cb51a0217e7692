import { useTranslation } from 'react-i18next';
import type { Model } from '../model/types';
import { useFigures } from '../model/useFigures';
import ml from './ml.module.css';

const MOST = 4;

/** The figures of the newest models side by side. */
export function CompareModels({ models }: { models: Model[] }) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  const shown = [...models]
    .filter((model) => Object.keys(model.hold_out).length > 0)
    .sort((a, b) => Number(b.status === 'champion') - Number(a.status === 'champion'))
    .slice(0, MOST);
  const names = [...new Set(shown.flatMap((model) => Object.keys(model.hold_out)))];
  if (shown.length < 2) return null;
  return (
    <div className={ml.scroll} tabIndex={0} role="region" aria-label={t('models.beside')}>
      <table className={ml.table}>
        <caption>{t('models.beside')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('performance.measure')}</th>
            {shown.map((model) => (
              <th key={model.version} scope="col" className={ml.number}>
                {model.version}
                <br />
                {t(`models.status.${model.status}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{t(`measure.${name}`, { defaultValue: name })}</th>
              {shown.map(({ version, hold_out: held }) => (
                <td key={version} className={ml.number}>
                  {held[name] ? three(held[name].value) : '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
