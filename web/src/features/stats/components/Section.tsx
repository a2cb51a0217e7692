import { type ReactNode, useId } from 'react';

import styles from './section.module.css';

interface Props {
  title: string;
  note?: string;
  children: ReactNode;
}

/** A part of the programme: its name in the margin, what it tells beside it. */
export function Section({ title, note, children }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {note && <p className={styles.note}>{note}</p>}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

/** Two charts beside each other where there is room. */
export function Pair({ children }: { children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}
