import { Slider } from 'radix-ui';
import { useId } from 'react';
import styles from './knobs.module.css';

interface Props {
  label: string;
  /** What the ends mean. */
  ends: [string, string];
  /** Where it stands, in words. */
  said: string;
  value: number;
  min: number;
  max: number;
  /** Where it stands at the start. */
  rest: number;
  onTurn: (value: number) => void;
}

/** A knob between two words. Double click puts it back. */
export function KnobSlider({ label, ends, said, value, min, max, rest, onTurn }: Props) {
  const id = useId();
  const share = (at: number) => `${((at - min) / (max - min)) * 100}%`;
  return (
    <div className={styles.knob}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <Slider.Root
        className={styles.slider}
        value={[value]}
        min={min}
        max={max}
        step={0.1}
        onValueChange={([next]) => next !== undefined && onTurn(Math.round(next * 10) / 10)}
        onDoubleClick={() => onTurn(rest)}
      >
        <Slider.Track className={styles.track}>
          <span className={styles.rest} style={{ insetInlineStart: share(rest) }} />
        </Slider.Track>
        <Slider.Thumb className={styles.thumb} aria-labelledby={id} aria-valuetext={said} />
      </Slider.Root>
      <span className={styles.ends} aria-hidden>
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </span>
    </div>
  );
}
