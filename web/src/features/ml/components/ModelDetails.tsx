import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { phaseWords } from '../model/log';
import type { Model } from '../model/types';
import { useFigures } from '../model/useFigures';
import ml from './ml.module.css';
import styles from './models.module.css';

/** What a model was made of and how: origins with licences, options, times, fingerprint. */
export function ModelDetails({ model }: { model: Model }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { three, one, percent } = useFigures();
  const settings = Object.entries(flat(model.options));
  return (
    <details className={styles.details}>
      <summary>{t('models.details', { version: model.version })}</summary>
      <div className={styles.columns}>
        <section>
          <h4>{t('models.origins')}</h4>
          <ul>
            {model.origins.map((origin) => (
              <li key={origin.name}>
                <b>{t(`models.origin.${origin.name}`, { defaultValue: origin.name })}</b>{' '}
                {t('models.originText', {
                  ratings: format.number(origin.ratings),
                  users: format.number(origin.users),
                })}
                <span className={ml.small}> {origin.licence}</span>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h4>{t('models.weights')}</h4>
          <Pairs pairs={Object.entries(model.weights).map(([name, w]) => [name, three(w)])} />
        </section>
        <section>
          <h4>{t('models.figures')}</h4>
          <Pairs
            pairs={[
              [t('models.density'), percent(model.density)],
              [t('status.variance'), percent(model.explained_variance)],
              ...(model.noise_floor === null
                ? []
                : [[t('models.noiseFloor'), three(model.noise_floor)] as [string, string]]),
            ]}
          />
        </section>
        <section>
          <h4>{t('models.seconds')}</h4>
          <Pairs
            pairs={Object.entries(model.seconds).map(([name, s]) => [phaseWords(t, name), one(s)])}
          />
        </section>
        <section>
          <h4>{t('models.options')}</h4>
          <Pairs pairs={settings} />
        </section>
        <section>
          <h4>{t('models.fingerprint')}</h4>
          <code className={styles.code}>{model.fingerprint}</code>
        </section>
      </div>
    </details>
  );
}

function Pairs({ pairs }: { pairs: [string, string][] }) {
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function optionWords(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Options within options, by their path: "stars.factors". */
function flat(options: Record<string, unknown>, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value as Record<string, unknown>, `${path}${name}.`))
        : [[`${path}${name}`, optionWords(value)]],
    ),
  );
}
