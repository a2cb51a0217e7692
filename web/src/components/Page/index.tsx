import { useEffect, type ReactNode } from 'react';
import styles from './Page.module.css';

interface Props {
  title: string;
  /** The title is for the ear alone: the page's own figure or film is its title for the eye. */
  quietTitle?: boolean;
  /** The page sets its own heading. */
  bare?: boolean;
  /** A line under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** One page: its title in the window and at its head. */
export function Page({ title, quietTitle, bare, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · CineMatch`;
  }, [title]);
  return (
    <div className={styles.page}>
      {!bare && (
        <header className={quietTitle ? 'visually-hidden' : styles.head}>
          <div>
            <h1>{title}</h1>
            {lead && <p className={styles.lead}>{lead}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      {children}
    </div>
  );
}

/** A part of a page under its own heading, with a rule above as in a printed programme. */
export function Section({
  title,
  aside,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
