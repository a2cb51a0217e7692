import type { TFunction } from 'i18next';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Poster, type PosterSubject } from '@/components/Poster';
import { useFormat } from '@/lib/format';
import { mendText } from '../model/reasons';
import type { ImportRow, RowFilter } from '../model/types';
import { Changes } from './Changes';
import { Chooser } from './Chooser';
import { ConflictChoice } from './ConflictChoice';
import styles from './rows.module.css';

interface Props {
  id: string;
  row: ImportRow;
  filter: RowFilter;
  open: boolean;
}

/** A film that is in no catalogue still has a face: drawn from its words in the file. */
function faceOf(row: ImportRow): PosterSubject {
  return {
    film_id: `${row.title} ${row.year ?? ''}`,
    title: row.title,
    title_en: null,
    title_it: null,
    year: row.year,
    genres: [],
    directors: [],
  };
}

/** One film of the file: what it is, and what would change. */
export function Row({ id, row, filter, open }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  if (row.outcome === 'rejected') return <Refused row={row} />;
  if (open && filter === 'doubtful') return <Chooser id={id} row={row} />;
  const film = row.film;
  return (
    <article className={styles.row}>
      <div className={styles.poster}>
        <Poster film={film ?? faceOf(row)} compact decorative />
      </div>
      <div className={styles.body}>
        <h3 className={styles.title}>
          {film ? (
            <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
              {format.title(film)}
            </Link>
          ) : (
            row.title
          )}{' '}
          <span className={styles.year}>{film?.year ?? row.year ?? ''}</span>
        </h3>
        <p className={styles.meta}>{metaOf(row, t)}</p>
        {row.reason && <Problem row={row} />}
      </div>
      {open && row.conflict ? (
        <ConflictChoice id={id} row={row} conflict={row.conflict} />
      ) : (
        <Changes
          changes={row.changes}
          fresh={row.before === null}
          skipped={row.choice === 'skip'}
        />
      )}
    </article>
  );
}

function metaOf(row: ImportRow, t: TFunction<'transfer'>): string {
  const where = t('row.where', { file: row.file, line: row.line });
  const director = row.film?.directors.map((person) => person.name).join(', ');
  return director ? `${director} · ${where}` : where;
}

function Problem({ row }: { row: ImportRow }) {
  const { t, i18n } = useTranslation('transfer');
  if (!row.reason) return null;
  const { wrong, todo } = mendText(row.reason, i18n.language);
  const field = t(`field.${row.reason.field}`, { defaultValue: row.reason.field });
  return (
    <p className={styles.problem}>
      <b>{field}</b> {wrong} <span>{todo}</span>
    </p>
  );
}

function Refused({ row }: { row: ImportRow }) {
  const { t } = useTranslation('transfer');
  return (
    <article className={styles.refused}>
      <p className={styles.line}>
        <span>{row.file}</span>
        <b>{t('row.line', { line: row.line })}</b>
      </p>
      <div className={styles.body}>
        <h3 className={styles.title}>
          {row.title || t('row.untitled')} <span className={styles.year}>{row.year ?? ''}</span>
        </h3>
        <Problem row={row} />
      </div>
    </article>
  );
}
