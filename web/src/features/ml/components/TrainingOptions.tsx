import { useTranslation } from 'react-i18next';
import { SelectField, TextField } from '@/components/Field';
import styles from './controls.module.css';

export interface Chosen {
  source: 'auto' | 'own' | 'hybrid' | 'synthetic';
  /** Per cent of the ratings, the latest, that are kept back. */
  hold_out: number;
  seed: number;
}

const SOURCES: Chosen['source'][] = ['auto', 'hybrid', 'own', 'synthetic'];
const LEAST_HELD_OUT = 1;
const MOST_HELD_OUT = 49;

/** From what one trains, and what is kept back to judge by. */
export function TrainingOptions({
  chosen,
  onChange,
}: {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
}) {
  const { t } = useTranslation('ml');
  return (
    <details className={styles.options}>
      <summary>{t('options.title')}</summary>
      <div className={styles.fields}>
        <SelectField
          label={t('options.source')}
          hint={t(`options.sourceHint.${chosen.source}`)}
          value={chosen.source}
          options={SOURCES.map((value) => ({ value, label: t(`options.sources.${value}`) }))}
          onChange={(source) => onChange({ ...chosen, source: source as Chosen['source'] })}
        />
        <TextField
          label={t('options.holdOut')}
          hint={t('options.holdOutHint')}
          type="number"
          min={LEAST_HELD_OUT}
          max={MOST_HELD_OUT}
          value={chosen.hold_out}
          onChange={(event) => {
            const share = event.target.valueAsNumber;
            if (share >= LEAST_HELD_OUT && share <= MOST_HELD_OUT) {
              onChange({ ...chosen, hold_out: share });
            }
          }}
        />
        <TextField
          label={t('options.seed')}
          hint={t('options.seedHint')}
          type="number"
          min={0}
          value={chosen.seed}
          onChange={(event) => {
            const seed = Math.trunc(event.target.valueAsNumber);
            if (seed >= 0) onChange({ ...chosen, seed });
          }}
        />
      </div>
    </details>
  );
}
