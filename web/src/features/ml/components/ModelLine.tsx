import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import type { Measure, Model } from '../model/types';
import { useFigures } from '../model/useFigures';
import { ModelDetails } from './ModelDetails';
import styles from './models.module.css';
import type { Wish } from './Serve';

const SHOWN = ['rmse', 'ndcg@10'];

interface Props {
  model: Model;
  /** The one that served last before the champion. */
  before: Model | null;
  onWish: (wish: Wish) => void;
}

/** A model: its standing, its two figures, and what may be done with it. */
export function ModelLine({ model, before, onWish }: Props) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { version, status } = model;
  return (
    <li className={styles.model} data-status={status}>
      <div>
        <h3 className={styles.name}>
          {version} <span className={styles.badge}>{t(`models.status.${status}`)}</span>
        </h3>
        <p className={styles.small}>
          {t('models.made', {
            when: format.instant(model.created_at),
            source: t(`models.source.${model.source}`),
            ratings: format.number(model.ratings),
            users: format.number(model.users),
            films: format.number(model.films),
          })}
        </p>
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>K</dt>
          <dd>{model.k}</dd>
        </div>
        {SHOWN.map((name) => (
          <Held key={name} name={name} measure={model.hold_out[name]} />
        ))}
      </dl>
      <div className={styles.action}>
        {status === 'champion' && before && (
          <Button onClick={() => onWish({ what: 'rollBack', model: before })}>
            {t('models.rollBack.button')}
          </Button>
        )}
        {(status === 'challenger' || status === 'retired') && (
          <Button
            aria-label={t('models.promoteThis', { version })}
            onClick={() => onWish({ what: 'promote', model })}
          >
            {t('models.promote.button')}
          </Button>
        )}
      </div>
      <ModelDetails model={model} />
    </li>
  );
}

function Held({ name, measure }: { name: string; measure?: Measure }) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  return (
    <div>
      <dt>{t(`measure.${name}`)}</dt>
      <dd>
        {measure ? three(measure.value) : '–'}
        {measure && (
          <small>
            {three(measure.low)} – {three(measure.high)}
          </small>
        )}
      </dd>
    </div>
  );
}
