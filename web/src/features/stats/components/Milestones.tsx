import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { HrefLink } from '@/components/charts/HrefLink';
import { useFormat } from '@/lib/format';

import type { Milestone } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import styles from './extremes.module.css';
import { Section } from './Section';

const KINDS = ['films', 'hours', 'viewings'] as const;

/** Round numbers, and the film that reached each. */
export function Milestones({ milestones }: { milestones: Milestone[] }) {
  const { t } = useTranslation('stats');
  if (milestones.length === 0) return null;
  return (
    <Section title={t('section.milestones')}>
      <div className={styles.lists}>
        {KINDS.map((kind) => (
          <Kind key={kind} kind={kind} rows={milestones.filter((each) => each.kind === kind)} />
        ))}
      </div>
    </Section>
  );
}

function Kind({ kind, rows }: { kind: Milestone['kind']; rows: Milestone[] }) {
  const { t } = useTranslation('stats');
  const { n, to } = useStatsWords();
  const format = useFormat();
  if (rows.length === 0) return null;
  return (
    <section className={styles.list}>
      <h3 className={styles.title}>{t(`milestones.${kind}`)}</h3>
      <ol>
        {rows.toReversed().map((each) => (
          <li key={each.value} className={styles.milestone}>
            <HrefLink
              className={styles.figure}
              href={to(
                each.reached_on
                  ? { watched_to: each.reached_on, sort: '-watched' }
                  : { seen: 'yes' },
              )}
            >
              {n.whole(each.value)}
            </HrefLink>
            {each.film && (
              <Link
                to="/films/$filmId"
                params={{ filmId: each.film.film_id }}
                className={styles.film}
              >
                {format.title(each.film)}
              </Link>
            )}
            <span className={styles.year}>
              {each.reached_on && n.date(each.reached_on, 'short')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The milestones of one year, in its order. */
export function MilestoneList({ milestones }: { milestones: Milestone[] }) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const format = useFormat();
  return (
    <ol>
      {milestones.map((each) => (
        <li key={`${each.kind} ${each.value}`} className={styles.reached}>
          <strong>
            {t(`milestone.${each.kind}`, { count: each.value, shown: n.whole(each.value) })}
          </strong>
          {each.film && (
            <Link
              to="/films/$filmId"
              params={{ filmId: each.film.film_id }}
              className={styles.film}
            >
              {format.title(each.film)}
            </Link>
          )}
          <span className={styles.year}>{each.reached_on && n.date(each.reached_on, 'short')}</span>
        </li>
      ))}
    </ol>
  );
}
