import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { today, useFormat } from '@/lib/format';
import { SelectField, TextField } from '../Field';
import styles from './PartialDate.module.css';

interface Props {
  /** "", "2024", "2024-05" or "2024-05-17". */
  value: string;
  onChange: (date: string) => void;
}

type Precision = 'day' | 'month' | 'year' | 'unknown';

function precisionOf(date: string): Precision {
  if (date.length === 10) return 'day';
  if (date.length === 7) return 'month';
  return date.length === 4 ? 'year' : 'unknown';
}

export function yesterday(now = new Date()): string {
  return today(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1));
}

/** A day, or as much of it as one remembers. */
export function PartialDate({ value, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const [precision, setPrecision] = useState(precisionOf(value));
  const now = today();
  const year = value.slice(0, 4) || now.slice(0, 4);
  const month = value.slice(5, 7) || now.slice(5, 7);

  function choose(next: Precision): void {
    setPrecision(next);
    if (next === 'day') onChange(value.length === 10 ? value : now);
    if (next === 'month') onChange(`${year}-${month}`);
    if (next === 'year') onChange(year);
    if (next === 'unknown') onChange('');
  }

  function typeYear(typed: string): void {
    if (!/^\d{4}$/.test(typed)) return;
    onChange(precision === 'month' ? `${typed}-${month}` : typed);
  }

  return (
    <fieldset className={styles.date}>
      <legend id={id} className={styles.legend}>
        {t('date.when')}
      </legend>
      <div className={styles.quick}>
        {[
          { date: now, word: t('date.today') },
          { date: yesterday(), word: t('date.yesterday') },
        ].map(({ date, word }) => (
          <button
            key={date}
            type="button"
            aria-pressed={value === date}
            onClick={() => {
              setPrecision('day');
              onChange(date);
            }}
          >
            {word}
          </button>
        ))}
        {(['day', 'month', 'year', 'unknown'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={
              precision === kind && !(kind === 'day' && [now, yesterday()].includes(value))
            }
            onClick={() => choose(kind)}
          >
            {t(`date.precision.${kind}`)}
          </button>
        ))}
      </div>
      {precision === 'day' && (
        <TextField
          label={t('date.precision.day')}
          quietLabel
          type="date"
          max={now}
          min="1895-12-28"
          value={value}
          onChange={(event) => event.target.value && onChange(event.target.value)}
        />
      )}
      {(precision === 'month' || precision === 'year') && (
        <div className={styles.parts}>
          {precision === 'month' && (
            <SelectField
              label={t('date.precision.month')}
              quietLabel
              value={String(Number(month))}
              options={Array.from({ length: 12 }, (_, at) => ({
                value: String(at + 1),
                label: format.monthName(at + 1),
              }))}
              onChange={(chosen) => onChange(`${year}-${chosen.padStart(2, '0')}`)}
            />
          )}
          <TextField
            label={t('date.precision.year')}
            quietLabel
            type="number"
            min={1895}
            max={Number(now.slice(0, 4))}
            defaultValue={year}
            onChange={(event) => typeYear(event.target.value)}
          />
        </div>
      )}
    </fieldset>
  );
}
