import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { segments, totalRows } from '../model/preview';
import { inWords } from '../model/reasons';
import { furtherSentences, mainSentence } from '../model/sentence';
import type { Import } from '../model/types';
import styles from './account.module.css';

/** An import told in a sentence and drawn as one bar; the bar's names are the list below it. */
export function Account({ found, tense }: { found: Import; tense: 'preview' | 'applied' }) {
  const { t, i18n } = useTranslation('transfer');
  const format = useFormat();
  const further = furtherSentences(found.counts, found.conflicts, tense, t, format);
  return (
    <div className={styles.account}>
      <p className={styles.eyebrow}>
        <b>{t(`detail.title.${found.status}`)}</b> {found.filename}
        {found.source !== 'auto' && ` · ${t(`source.${found.source}`)}`}
      </p>
      <p className={styles.sentence}>{mainSentence(found.counts, tense, t, format)}</p>
      {further.length > 0 && (
        <ul className={styles.further}>
          {further.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {totalRows(found.counts) > 0 && (
        <div className={styles.bar} aria-hidden>
          {segments(found.counts).map(({ outcome, share }) => (
            <span key={outcome} data-outcome={outcome} style={{ flexGrow: share }} />
          ))}
        </div>
      )}
      {found.notices && found.notices.length > 0 && (
        <details className={styles.notices}>
          <summary>{t('notices', { count: found.notices.length })}</summary>
          <ul>
            {found.notices.map((notice) => (
              <li key={`${notice.file}${notice.message}`}>
                <b>{notice.file}</b> {inWords(notice.message, i18n.language)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
