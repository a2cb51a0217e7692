import { useTranslation } from 'react-i18next';
import styles from './import.module.css';

const SOURCES = ['letterboxd', 'imdb', 'trakt', 'movielens', 'csv', 'cinematch'] as const;

/** From where one may come, and where that service keeps its file. */
export function Sources() {
  const { t } = useTranslation('transfer');
  return (
    <section aria-labelledby="sources-title">
      <h2 id="sources-title" className={styles.sourcesTitle}>
        {t('sources.title')}
      </h2>
      <dl className={styles.sources}>
        {SOURCES.map((source) => (
          <div key={source} className={styles.source}>
            <dt>{t(`source.${source}`)}</dt>
            <dd>
              <p>{t(`sources.${source}.where`)}</p>
              <p className={styles.brings}>{t(`sources.${source}.brings`)}</p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
