import { useId } from 'react';
import { ToggleChip } from '@/components/Chip';
import { TIMES } from '../model/knobs';
import styles from './choices.module.css';
import { useWords } from './useWords';

/** One of several, each with a line on what it does. */
export function RadioList<T extends string>({
  options,
  value,
  onChoose,
}: {
  options: readonly { value: T; name: string; text: string }[];
  value: T;
  onChoose: (value: T) => void;
}) {
  const id = useId();
  return options.map((option) => (
    <label key={option.value} className={styles.option}>
      <input
        type="radio"
        name={id}
        checked={option.value === value}
        onChange={() => onChoose(option.value)}
      />
      <span>
        <strong>{option.name}</strong> {option.text}
      </span>
    </label>
  ));
}

/** How long a film may be. */
export function TimeChips({
  minutes,
  onChoose,
}: {
  minutes: number | null | undefined;
  onChoose: (minutes: number | null) => void;
}) {
  const { t, format } = useWords();
  return (
    <div className={styles.chips}>
      {TIMES.map((time) => (
        <ToggleChip key={time} pressed={minutes === time} onToggle={() => onChoose(time)}>
          {time === null ? t('knobs.noLimit') : format.duration(time)}
        </ToggleChip>
      ))}
    </div>
  );
}
