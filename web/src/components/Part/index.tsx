import type { ReactNode } from 'react';
import styles from './Part.module.css';

/** One matter: what it is on the left, what one may do on the right. */
export function Part({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <section className={styles.part}>
      <div>
        <h2>{title}</h2>
        <p className={styles.text}>{text}</p>
      </div>
      <div className={styles.content}>{children}</div>
    </section>
  );
}
