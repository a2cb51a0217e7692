import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { Page } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';
import { HrefLink } from '@/components/charts/HrefLink';

import { yearOptions } from '../api/queries';
import { MonthsOfYear } from '../components/MonthsOfYear';
import { MilestoneList } from '../components/Milestones';
import { Section } from '../components/Section';
import { Skeleton } from '../components/Skeleton';
import { within } from '../model/filters';
import type { YearInReview } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { wholeYear, yearFacts } from './facts';
import { Share } from './Share';
import { useYearFact } from './useYearFact';
import styles from './year.module.css';

/** One year as a page that one would send to a friend. */
export function YearPage({ year }: { year: number }) {
  const { t } = useTranslation('stats');
  const { data: review } = useQuery(yearOptions(year));
  return (
    <Page title={`${t('year.title')} ${year}`} quietTitle>
      <article className={styles.page} aria-busy={!review}>
        <Head year={year} review={review} />
        {!review ? <Skeleton kind="chart" /> : <Whole review={review} />}
        {review && <Years review={review} />}
      </article>
    </Page>
  );
}

function Head({ year, review }: { year: number; review: YearInReview | undefined }) {
  const { t } = useTranslation('stats');
  const { w, n, to } = useStatsWords();
  const span = wholeYear(year);
  return (
    <header className={styles.head}>
      <p className={styles.year} aria-hidden="true">
        {year}
      </p>
      {review && review.viewings > 0 && (
        <p className={styles.lead}>
          <HrefLink href={to(within({ seen: 'yes', sort: 'watched' }, span))}>
            {w.films(review.films)}
          </HrefLink>
          {', '}
          <HrefLink href={to(within({ seen: 'yes', sort: '-runtime' }, span))}>
            {t('year.hours', {
              count: Math.round(review.minutes / 60),
              shown: n.whole(review.minutes / 60),
            })}
          </HrefLink>
          {review.avg_rating !== null && (
            <>
              {', '}
              <HrefLink href={to(within({ rated: 'yes', sort: '-rating' }, span))}>
                {t('year.mean', { mean: n.stars(review.avg_rating, 2) })}
              </HrefLink>
            </>
          )}
          .
        </p>
      )}
    </header>
  );
}

function Whole({ review }: { review: YearInReview }) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const wall = useRef<HTMLOListElement>(null);
  const format = useFormat();
  if (review.viewings === 0) {
    return (
      <p className={styles.nothing}>
        {t('year.nothing', { year: review.year })} <Link to="/diary">{t('year.toDiary')}</Link>
      </p>
    );
  }
  return (
    <>
      {review.top_rated.length > 0 && (
        <section aria-label={t('year.loved')}>
          <ol className={styles.wall} ref={wall}>
            {review.top_rated.map((film) => (
              <li key={film.film_id}>
                <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
                  <span className="visually-hidden">{format.title(film)}</span>
                  <Poster film={film} decorative />
                  <span className={styles.stars}>
                    {film.rating === null ? '' : `${n.stars(film.rating)} ★`}
                  </span>
                </Link>
              </li>
            ))}
          </ol>
          <p className={styles.caption}>{t('year.loved')}</p>
        </section>
      )}
      <Facts review={review} />
      <div className={styles.bar}>
        <Share review={review} posters={wall} />
        <p className={styles.private}>{t('year.private')}</p>
      </div>
      <Section title={t('year.byMonth')}>
        <MonthsOfYear
          stats={{ monthly_counts: { [review.year]: review.months } }}
          year={String(review.year)}
        />
      </Section>
      <Compared review={review} />
      {review.milestones.length > 0 && (
        <Section title={t('section.milestones')}>
          <MilestoneList milestones={review.milestones} />
        </Section>
      )}
    </>
  );
}

function Facts({ review }: { review: YearInReview }) {
  const { to } = useStatsWords();
  const tell = useYearFact();
  return (
    <dl className={styles.facts}>
      {yearFacts(review).map((fact) => {
        const { label, value, note } = tell(fact);
        return (
          <div key={fact.key} className={styles.fact}>
            <dt>{label}</dt>
            <dd>
              <HrefLink
                href={fact.film ? `/films/${fact.film.film_id}` : to(fact.filter ?? {})}
                className={styles.value}
              >
                {value}
              </HrefLink>
              {note && <span className={styles.note}>{note}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Compared({ review }: { review: YearInReview }) {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const change = review.compared_to_previous;
  if (!change) return null;
  const before = review.year - 1;
  const signed = (value: number, shown: string) =>
    value === 0 ? '±0' : `${value > 0 ? '+' : '−'}${shown}`;
  return (
    <section className={styles.compared}>
      <h2>
        <Link to="/stats/year/$year" params={{ year: String(before) }}>
          {t('year.compared', { year: before })}
        </Link>
      </h2>
      <ul>
        <li>
          <strong>{signed(change.films, n.whole(Math.abs(change.films)))}</strong>{' '}
          {t('year.change.films')}
        </li>
        <li>
          <strong>{signed(change.minutes, n.whole(Math.abs(change.minutes) / 60))}</strong>{' '}
          {t('year.change.hours')}
        </li>
        {change.avg_rating !== null && (
          <li>
            <strong>{signed(change.avg_rating, n.stars(Math.abs(change.avg_rating), 2))}</strong>{' '}
            {t('year.change.mean')}
          </li>
        )}
      </ul>
    </section>
  );
}

function Years({ review }: { review: YearInReview }) {
  const { t } = useTranslation('stats');
  return (
    <nav className={styles.years} aria-label={t('yearLinks')}>
      {review.years.map((each) => (
        <Link
          key={each}
          to="/stats/year/$year"
          params={{ year: String(each) }}
          aria-current={each === review.year ? 'page' : undefined}
        >
          {each}
        </Link>
      ))}
      <Link to="/stats" activeOptions={{ exact: true }}>
        {t('year.toStats')}
      </Link>
    </nav>
  );
}
