import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import type { Film } from '@/api/types';
import { Button } from '@/components/Button';
import { Section } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { PosterSkeleton } from '@/components/Skeleton';
import { StarRating } from '@/components/StarRating';
import { useEntryActions } from '@/lib/library/actions';
import { elicitationOptions } from '@/lib/queries/recommendations';
import { refill } from '../model/slots';
import { useKeptFocus } from './useKeptFocus';
import { useWords } from './useWords';
import styles from './elicitation.module.css';

const SHOWN = 12;

interface Props {
  /** A first star was given: from now on it stays until one says enough. */
  onStart: () => void;
  onStop: () => void;
}

/** Films unlike each other, to be rated or passed over; the list below grows better with each. */
export function Elicitation({ onStart, onStop }: Props) {
  const { t } = useWords();
  const { films, answered, enough, rate, skip } = useAsked(onStart);
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, films, '[role=slider]');
  return (
    <Section
      title={t('ask.title')}
      aside={
        <Button kind={answered >= enough ? 'main' : 'quiet'} onClick={onStop}>
          {answered >= enough ? t('ask.done') : t('ask.later')}
        </Button>
      }
    >
      <p className={styles.text}>{t('ask.text')}</p>
      <div className={styles.count}>
        <meter min={0} max={enough} value={Math.min(answered, enough)} aria-hidden />
        <p role="status">
          {answered >= enough
            ? t('ask.enough', { count: answered })
            : t('ask.count', { count: answered, enough })}
        </p>
      </div>
      <ul ref={list} className={styles.films}>
        {films.length === 0 &&
          Array.from({ length: SHOWN }, (_, at) => (
            <li key={at}>
              <PosterSkeleton />
            </li>
          ))}
        {films.map((film, at) => (
          <Asked key={film.film_id} film={film} at={at} onRate={rate} onSkip={skip} />
        ))}
      </ul>
    </Section>
  );
}

function useAsked(onStart: () => void) {
  const actions = useEntryActions();
  const [skipped, setSkipped] = useState<string[]>([]);
  const [rated, setRated] = useState<ReadonlySet<string>>(new Set());
  const { data } = useQuery(elicitationOptions(skipped));
  const [films, setFilms] = useState<Film[]>(data?.items ?? []);
  const [seen, setSeen] = useState(data);
  const gone = useMemo(() => new Set([...skipped, ...rated]), [skipped, rated]);
  if (data !== seen) {
    setSeen(data);
    if (data) setFilms(refill(films, data.items, gone));
  }
  return {
    films,
    answered: data?.answered ?? 0,
    enough: data?.enough ?? 10,
    rate: (film: Film, stars: number | null) => {
      onStart();
      setRated(new Set(rated).add(film.film_id));
      actions.rate(film, stars);
    },
    skip: (film: Film) => setSkipped([...skipped, film.film_id]),
  };
}

interface AskedProps {
  film: Film;
  at: number;
  onRate: (film: Film, stars: number | null) => void;
  onSkip: (film: Film) => void;
}

function Asked({ film, at, onRate, onSkip }: AskedProps) {
  const { t, format } = useWords();
  const [stars, setStars] = useState(film.mine?.rating ?? null);
  const title = format.title(film);
  return (
    <li className={styles.film} data-at={at} data-done={stars !== null || undefined}>
      <Poster film={film} />
      <StarRating
        label={t('rate', { title })}
        value={stars}
        onRate={(next) => {
          setStars(next);
          onRate(film, next);
        }}
      />
      <Button kind="quiet" onClick={() => onSkip(film)}>
        {t('ask.skip')}
        <span className="visually-hidden">, {title}</span>
      </Button>
    </li>
  );
}
