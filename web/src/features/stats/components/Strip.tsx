import { Link } from '@tanstack/react-router';

import { HrefLink } from '@/components/charts/HrefLink';
import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';

import { libraryHref, type LibraryFilter } from '../model/filters';
import type { EntryRow } from '../model/types';
import styles from './strip.module.css';

interface Props {
  title: string;
  films: EntryRow[];
  note: (film: EntryRow) => string;
  all: LibraryFilter;
}

/** Ten films as their posters, in a row that one pushes along. */
export function Strip({ title, films, note, all }: Props) {
  const format = useFormat();
  if (films.length === 0) return null;
  return (
    <section className={styles.strip}>
      <h3 className={styles.title}>
        <HrefLink href={libraryHref(all)}>{title}</HrefLink>
      </h3>
      <ol className={styles.films} aria-label={title}>
        {films.map((film) => (
          <li key={film.film_id}>
            <Link to="/films/$filmId" params={{ filmId: film.film_id }} className={styles.film}>
              <span className="visually-hidden">{format.title(film)}</span>
              <Poster film={film} decorative />
              <span className={styles.note}>{note(film)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
