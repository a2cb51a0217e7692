import { useTranslation } from 'react-i18next';

import { Moves } from '../delta/DeltaCard';
import { useHistory } from '../delta/history';
import styles from './recent.module.css';

const SHOWN = 4;

/** What moved during this visit, under the figures that it moved. */
export function Recent() {
  const { t } = useTranslation('stats');
  const events = useHistory().slice(0, SHOWN);
  if (events.length === 0) return null;
  return (
    <section aria-label={t('delta.recent')} className={styles.recent}>
      <h2 className={styles.title}>{t('delta.recent')}</h2>
      <ol className={styles.events}>
        {events.map((event) => (
          <li key={event.seq}>
            <Moves moves={event.moves.slice(0, 4)} small />
          </li>
        ))}
      </ol>
    </section>
  );
}
