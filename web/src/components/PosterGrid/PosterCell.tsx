import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Poster, type PosterSubject } from '../Poster';
import { PosterSkeleton } from '../Skeleton';
import styles from './PosterGrid.module.css';

interface CellProps {
  film: PosterSubject;
  compact?: boolean;
  children?: ReactNode;
}

/** A poster that opens its film. */
export function PosterCell({ film, compact, children }: CellProps) {
  return (
    <>
      <Link
        to="/films/$filmId"
        params={{ filmId: film.film_id }}
        className={styles.link}
        preload="intent"
      >
        <Poster film={film} compact={compact} />
      </Link>
      {children !== undefined && <div className={styles.caption}>{children}</div>}
    </>
  );
}

export function PosterGridSkeleton({ count = 18 }: { count?: number }) {
  return (
    <div className={styles.bones} aria-hidden>
      {Array.from({ length: count }, (_, at) => (
        <PosterSkeleton key={at} />
      ))}
    </div>
  );
}
