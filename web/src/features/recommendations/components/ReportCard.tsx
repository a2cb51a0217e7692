import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Section } from '@/components/Page';
import { Skeleton } from '@/components/Skeleton';
import {
  reportCardOptions,
  type Miss,
  type ReportCard as Card,
} from '@/lib/queries/recommendations';
import { Filled } from './Filled';
import { useWords } from './useWords';
import styles from './foot.module.css';

/** A bias smaller than this is none. */
const BIASED = 0.1;

/** How right the predictions were, for this person. */
export function ReportCard() {
  const { t } = useWords();
  const { data: card, error } = useQuery(reportCardOptions);
  if (error) return null;
  return (
    <Section title={t('report.title')}>
      {!card && <Skeleton height="7rem" />}
      {card && card.rated === 0 && <p className={styles.text}>{t('report.none')}</p>}
      {card && card.rated > 0 && <Figures card={card} />}
    </Section>
  );
}

function Figures({ card }: { card: Card }) {
  const { t, format, figure } = useWords();
  const { within_half_a_star: right, mean_error: miss, bias, interval_covered: held } = card;
  const share = (value: number) => format.percent(Math.round(value * 100) / 100);
  const leaning = bias === null || Math.abs(bias) < BIASED ? 'fair' : bias > 0 ? 'high' : 'low';
  return (
    <div className={styles.report}>
      <p className={styles.finding}>
        {right !== null && (
          <Filled
            sentence={t('report.right', { share: '⟦share⟧' })}
            slots={{ share: <strong>{share(right)}</strong> }}
          />
        )}
      </p>
      <dl className={styles.figures}>
        <Figure term={t('report.rated')}>{format.number(card.rated)}</Figure>
        {miss !== null && <Figure term={t('report.error')}>{figure(miss, 2)}</Figure>}
        {held !== null && <Figure term={t('report.held')}>{share(held)}</Figure>}
        {card.taken.n > 0 && <Figure term={t('report.taken')}>{share(card.taken.value)}</Figure>}
      </dl>
      <p className={styles.text}>
        {t(`report.bias.${leaning}`, { bias: figure(Math.abs(bias ?? 0), 2) })}{' '}
        {card.last_miss && <LastMiss miss={card.last_miss} />}
      </p>
    </div>
  );
}

function Figure({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** "Last time it was sure and wrong". */
function LastMiss({ miss }: { miss: Miss }) {
  const { t, format, stars, figure } = useWords();
  const film = (
    <Link to="/films/$filmId" params={{ filmId: miss.film.film_id }}>
      {format.title(miss.film)}
    </Link>
  );
  const sentence = t('report.miss', {
    film: '⟦film⟧',
    predicted: figure(miss.predicted, 1),
    given: stars(miss.given),
  });
  return <Filled sentence={sentence} slots={{ film }} />;
}
