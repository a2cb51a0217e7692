import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Film } from '@/api/types';
import { Poster } from '@/components/Poster';
import styles from './ranked.module.css';
import { useWords } from './useWords';

interface Props {
  film: Film;
  /** From 0. */
  at: number;
  heading: 'h2' | 'h3';
  /** What is said of it. */
  children: ReactNode;
}

/** A film in its place of a list: number, poster, title, facts. */
export function Ranked({ film, at, heading: Heading, children }: Props) {
  const { format } = useWords();
  const link = { to: '/films/$filmId', params: { filmId: film.film_id } } as const;
  return (
    <>
      <span className={styles.place} aria-hidden>
        {at + 1}
      </span>
      <Link {...link} className={styles.poster} tabIndex={-1} aria-hidden>
        <Poster film={film} compact decorative eager={at < 3} />
      </Link>
      <div className={styles.words}>
        <Heading className={styles.title} data-place={at + 1}>
          <Link {...link}>{format.title(film)}</Link>
        </Heading>
        <p className={styles.facts}>
          {[
            film.year,
            film.directors.map((person) => person.name).join(', '),
            film.runtime && format.duration(film.runtime),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {children}
      </div>
    </>
  );
}
