import { useId, type ComponentProps, type ReactNode } from 'react';
import styles from './Field.module.css';

interface Around {
  label: string;
  /** Said under the field before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | null;
  /** The label is for the ear alone. */
  quietLabel?: boolean;
}

function useAround({ label, hint, error, quietLabel }: Around) {
  const id = useId();
  const note = error ?? hint;
  return {
    id,
    described: {
      id,
      'aria-describedby': note ? `${id}-note` : undefined,
      'aria-invalid': error ? true : undefined,
    },
    wrap: (control: ReactNode) => (
      <div className={styles.field}>
        <label htmlFor={id} className={quietLabel ? 'visually-hidden' : styles.label}>
          {label}
        </label>
        {control}
        {note && (
          <p
            id={`${id}-note`}
            className={error ? styles.error : styles.hint}
            role={error ? 'alert' : undefined}
          >
            {note}
          </p>
        )}
      </div>
    ),
  };
}

export function TextField({
  label,
  hint,
  error,
  quietLabel,
  ...rest
}: Around & ComponentProps<'input'>) {
  const { described, wrap } = useAround({ label, hint, error, quietLabel });
  return wrap(<input {...rest} {...described} className={styles.control} />);
}

export function TextArea({
  label,
  hint,
  error,
  quietLabel,
  ...rest
}: Around & ComponentProps<'textarea'>) {
  const { described, wrap } = useAround({ label, hint, error, quietLabel });
  return wrap(<textarea rows={6} {...rest} {...described} className={styles.control} />);
}

interface SelectProps extends Around, Omit<ComponentProps<'select'>, 'onChange'> {
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function SelectField({
  label,
  hint,
  error,
  quietLabel,
  options,
  onChange,
  ...rest
}: SelectProps) {
  const { described, wrap } = useAround({ label, hint, error, quietLabel });
  return wrap(
    <select
      {...rest}
      {...described}
      className={`${styles.control} ${styles.select}`}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>,
  );
}

interface CheckProps extends Omit<ComponentProps<'input'>, 'onChange' | 'type'> {
  label: ReactNode;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, onChange, ...rest }: CheckProps) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...rest} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
