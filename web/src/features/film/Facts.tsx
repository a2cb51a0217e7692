import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { Section } from '@/components/Page';
import { useFormat } from '@/lib/format';
import styles from './Facts.module.css';
import { People } from './People';

export function Facts({ film }: { film: Film }) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const rows: [string, ReactNode][] = [];
  if (film.cast.length > 0) rows.push([t('facts.cast'), <People key="cast" people={film.cast} />]);
  if (film.countries.length > 0) {
    rows.push([
      t('facts.countries', { count: film.countries.length }),
      film.countries.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link to="/films" search={{ country: id }}>
            {format.country(id)}
          </Link>
        </span>
      )),
    ]);
  }
  if (film.languages.length > 0) {
    rows.push([
      t('facts.languages', { count: film.languages.length }),
      film.languages.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link to="/films" search={{ language: id }}>
            {format.languageName(id)}
          </Link>
        </span>
      )),
    ]);
  }
  if (film.title_it && film.title_it !== film.title) rows.push([t('facts.titleIt'), film.title_it]);
  if (film.title_en && film.title_en !== film.title) rows.push([t('facts.titleEn'), film.title_en]);
  if (film.private) rows.push([t('facts.origin'), t('facts.private')]);
  if (rows.length === 0) return null;
  return (
    <Section title={t('facts.title')}>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** What everybody here thinks, beside what I think. */
export function Everybody({ film }: { film: Film }) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const { watched, mean_rating: mean, rated } = film.community;
  const mine = film.mine?.rating ?? null;
  return (
    <Section title={t('everybody.title')}>
      {watched === 0 ? (
        <p className={styles.note}>{t('everybody.nobody')}</p>
      ) : (
        <dl className={styles.figures}>
          <div>
            <dt>{t('everybody.seen')}</dt>
            <dd>{format.number(watched)}</dd>
          </div>
          {mean !== null && (
            <div>
              <dt>{t('everybody.mean', { count: rated })}</dt>
              <dd>{format.mean(mean)}</dd>
            </div>
          )}
          {mean !== null && mine !== null && rated > 1 && (
            <div>
              <dt>{t('everybody.you')}</dt>
              <dd>{`${mine >= mean ? '+' : '−'}${format.mean(Math.abs(mine - mean))}`}</dd>
            </div>
          )}
        </dl>
      )}
    </Section>
  );
}
