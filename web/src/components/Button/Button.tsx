import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Tip } from '../Tooltip';
import styles from './Button.module.css';

type Kind = 'main' | 'plain' | 'quiet' | 'danger';

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind;
  icon?: LucideIcon;
  busy?: boolean;
}

/** The class names of a button, for a link that is to look like one. */
export function buttonClass(kind: Kind = 'plain'): string {
  return `${styles.button} ${styles[kind]}`;
}

export function Button({ kind, icon: Icon, busy, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(kind)} ${className ?? ''}`}
      aria-busy={busy || undefined}
      disabled={rest.disabled ?? busy}
    >
      {Icon && <Icon size={18} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon;
  label: string;
  /** For a switch: whether it is on; leave out for a plain button. */
  pressed?: boolean;
  filled?: boolean;
}

export function IconButton({
  icon: Icon,
  label,
  pressed,
  filled,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tip label={label}>
      <button
        type="button"
        {...rest}
        className={`${styles.icon} ${className ?? ''}`}
        aria-label={label}
        aria-pressed={pressed}
      >
        <Icon size={20} strokeWidth={1.75} aria-hidden fill={filled ? 'currentColor' : 'none'} />
      </button>
    </Tip>
  );
}
