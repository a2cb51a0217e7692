import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '@/api/types';
import { changeLanguage } from '@/lib/i18n';
import styles from './Door.module.css';
import { Wall } from './Wall';

const LANGUAGES: readonly { value: Language; label: string }[] = [
  { value: 'it', label: 'Italiano' },
  { value: 'en', label: 'English' },
];

interface Props {
  title: string;
  lead?: string;
  /** Which step of how many, where there are several. */
  step?: string;
  wide?: boolean;
  children: ReactNode;
}

/** The page before the house: one sentence set large, one thing to do. */
export function Door({ title, lead, step, wide, children }: Props) {
  const { i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · CineMatch`;
  }, [title]);
  return (
    <main className={styles.door} data-wide={wide || undefined}>
      <header className={styles.head}>
        <span className={styles.name}>
          <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden focusable="false">
            <rect x="2" y="4" width="15" height="24" fill="var(--ink)" />
            <circle cx="20.5" cy="18" r="9.5" fill="var(--accent)" />
            <path d="M17 9.18A9.5 9.5 0 0 0 17 26.82Z" fill="var(--paper)" />
          </svg>
          CineMatch
        </span>
        <div className={styles.languages} role="group" aria-label="Lingua / Language">
          {LANGUAGES.map(({ value, label }) => (
            <button
              key={value}
              type="button"
              lang={value}
              aria-pressed={i18n.language === value}
              onClick={() => void changeLanguage(value)}
            >
              {label}
            </button>
          ))}
        </div>
      </header>
      <div className={styles.words}>
        {step && <p className={styles.step}>{step}</p>}
        <h1>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </div>
      <div className={styles.content}>{children}</div>
      {!wide && <Wall />}
    </main>
  );
}
