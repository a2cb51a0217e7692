import { useTranslation } from 'react-i18next';
import { HrefLink } from '@/components/charts/HrefLink';

import type { Finding } from '../model/finding';
import { useStatsWords } from '../useStatsWords';
import { parts, plain } from '../words/words';
import styles from './findings.module.css';

/** What the figures say, the strongest first and largest. */
export function Findings({ found }: { found: Finding[] }) {
  const { t } = useTranslation('stats');
  const { w, names, to } = useStatsWords();
  if (found.length === 0) return null;
  return (
    <section aria-label={t('findings')}>
      <ol className={styles.findings}>
        {found.map((finding) => {
          const sentence = w.finding(finding, names);
          return (
            <li key={finding.id} className={styles.finding}>
              <HrefLink
                href={to(finding.filter)}
                className={styles.link}
                aria-label={`${plain(sentence)} ${t('openFilms')}`}
              >
                {parts(sentence).map((part, i) =>
                  part.strong ? <em key={i}>{part.text}</em> : <span key={i}>{part.text}</span>,
                )}
              </HrefLink>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
