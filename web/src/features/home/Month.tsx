import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { UserStats } from '@/api/types';
import { today, useFormat } from '@/lib/format';
import styles from './Home.module.css';
import { lastMonths } from './months';

/** This month in one large figure, beside the eleven before it. */
export function Month({ stats }: { stats: UserStats }) {
  const { t } = useTranslation('home');
  const format = useFormat();
  const months = lastMonths(stats.monthly_counts, today(), 12);
  const now = months[11];
  const most = Math.max(1, ...months.map((month) => month.count));
  if (!now) return null;
  const year = now.key.slice(0, 4);
  const thisYear = stats.yearly_counts[year] ?? 0;
  const average = stats.avg_rating;
  return (
    <section className={styles.month} aria-labelledby="home-month">
      <h2 id="home-month" className={styles.figure}>
        <Link
          to="/library"
          search={{ watched_year: Number(year), watched_month: Number(now.key.slice(5)) }}
        >
          <span className={styles.number}>{format.number(now.count)}</span>
          <span className={styles.of}>
            {t('inMonth', { count: now.count, month: format.monthName(Number(now.key.slice(5))) })}
          </span>
        </Link>
      </h2>
      <ol className={styles.bars} aria-label={t('bars')}>
        {months.map((month) => (
          <li key={month.key}>
            <Link
              to="/library"
              search={{
                watched_year: Number(month.key.slice(0, 4)),
                watched_month: Number(month.key.slice(5)),
              }}
            >
              <span className="visually-hidden">
                {t('bar', { month: format.month(month.key), count: month.count })}
              </span>
              <span className={styles.value} aria-hidden>
                {month.count > 0 && format.number(month.count)}
              </span>
              <span
                className={styles.bar}
                style={{ height: `calc((100% - 2.75rem) * ${month.count / most})` }}
                aria-hidden
              />
              <span className={styles.name} aria-hidden>
                {format.monthName(Number(month.key.slice(5))).slice(0, 1)}
              </span>
            </Link>
          </li>
        ))}
      </ol>
      <dl className={styles.sums}>
        <div>
          <dt>{t('thisYear', { year })}</dt>
          <dd>
            <Link to="/stats/year/$year" params={{ year }}>
              {format.number(thisYear)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>{t('ever')}</dt>
          <dd>
            <Link to="/library">{format.number(stats.total_watched)}</Link>
          </dd>
        </div>
        <div>
          <dt>{t('hours')}</dt>
          <dd>
            <Link to="/stats">{format.number(Math.floor(stats.viewing_minutes / 60))}</Link>
          </dd>
        </div>
        {average !== null && (
          <div>
            <dt>{t('average')}</dt>
            <dd>
              <Link to="/library" search={{ rated: true, sort: '-rating' }}>
                {format.mean(average)}
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
