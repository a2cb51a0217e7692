import { useTranslation } from 'react-i18next';

import { today } from '@/lib/format';
import { rangeSearch } from '@/lib/search/stats';

import type { DateRange } from '../model/filters';
import { presetOf, presetRange, PRESETS } from '../model/ranges';
import styles from './range.module.css';

interface Props {
  range: DateRange;
  onChange: (range: DateRange) => void;
}

/** All time, the ranges asked for most, or any two days. */
export function RangePicker({ range, onChange }: Props) {
  const { t } = useTranslation('stats');
  const now = today();
  const chosen = presetOf(range, now);
  return (
    <form
      className={styles.range}
      aria-label={t('range.label')}
      onSubmit={(event) => event.preventDefault()}
    >
      <div className={styles.presets} role="group" aria-label={t('range.presets')}>
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            className={styles.preset}
            aria-pressed={chosen === preset}
            onClick={() => onChange(presetRange(preset, now))}
          >
            {t(`range.${preset}`)}
          </button>
        ))}
      </div>
      <div className={styles.dates}>
        <label>
          <span>{t('range.from')}</span>
          <input
            type="date"
            value={range.from ?? ''}
            max={range.to}
            onChange={(event) => onChange(rangeSearch({ ...range, from: event.target.value }))}
          />
        </label>
        <label>
          <span>{t('range.to')}</span>
          <input
            type="date"
            value={range.to ?? ''}
            min={range.from}
            onChange={(event) => onChange(rangeSearch({ ...range, to: event.target.value }))}
          />
        </label>
      </div>
    </form>
  );
}
