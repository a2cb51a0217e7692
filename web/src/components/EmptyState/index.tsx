import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

interface Props {
  title: string;
  children: ReactNode;
  /** One button: the next step. */
  action?: ReactNode;
}

/** Nothing here yet: what would be, and the one step towards it. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      <svg viewBox="0 0 72 72" className={styles.mark} aria-hidden focusable="false">
        <rect x="6" y="12" width="26" height="39" />
        <circle cx="47" cy="44" r="19" />
      </svg>
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
