import { Link } from '@tanstack/react-router';
import { Heart, Pencil, Repeat, TextQuote } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DiaryRow } from '@/api/types';
import { IconButton } from '@/components/Button';
import { Poster } from '@/components/Poster';
import { StarRating } from '@/components/StarRating';
import { WatchEditor } from '@/components/WatchEditor';
import { useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import styles from './Diary.module.css';

interface Props {
  row: DiaryRow;
  /** The line above has the same day: not said twice. */
  sameDay: boolean;
  editing: boolean;
  onEdit: (open: boolean) => void;
}

/** One viewing: a line that is rated, loved and mended where it stands. */
export function Row({ row: { watch, entry }, sameDay, editing, onEdit }: Props) {
  const { t } = useTranslation('diary');
  const format = useFormat();
  const actions = useEntryActions();
  const { film } = entry;
  const title = format.title(film);
  const day = watch.date.length === 10 ? watch.date : null;
  return (
    <li className={styles.row} data-same={sameDay || undefined}>
      <div className={styles.line}>
        <time className={styles.day} dateTime={watch.date || undefined}>
          {day && (
            <>
              <span aria-hidden>{Number(day.slice(8))}</span>
              <span className={styles.weekday} aria-hidden>
                {weekday(day, format.locale)}
              </span>
              <span className="visually-hidden">{format.date(day)}</span>
            </>
          )}
        </time>
        <div className={styles.poster}>
          <Poster film={film} compact decorative />
        </div>
        <div className={styles.film}>
          <Link to="/films/$filmId" params={{ filmId: film.film_id }} className={styles.title}>
            {title}
          </Link>
          <p className={styles.note}>
            {[film.year, film.directors[0]?.name].filter(Boolean).join(' · ')}
          </p>
        </div>
        <p className={styles.how}>
          {watch.context && <span>{t(`common:place.${watch.context}`)}</span>}
          {watch.rewatch && (
            <Repeat size={16} strokeWidth={1.75} aria-label={t('again')} role="img" />
          )}
          {entry.review && (
            <TextQuote size={16} strokeWidth={1.75} aria-label={t('reviewed')} role="img" />
          )}
        </p>
        <div className={styles.stars}>
          <StarRating
            size="small"
            value={entry.rating}
            label={t('ratingOf', { title })}
            onRate={(stars) => actions.rate(film, stars)}
          />
        </div>
        <div className={styles.tools}>
          <IconButton
            icon={Heart}
            label={t('love', { title })}
            pressed={entry.liked}
            filled={entry.liked}
            onClick={() => actions.like(film, !entry.liked)}
          />
          <IconButton
            icon={Pencil}
            label={t('edit', { title })}
            aria-expanded={editing}
            onClick={() => onEdit(!editing)}
          />
        </div>
      </div>
      {editing && (
        <div className={styles.editor}>
          <WatchEditor
            watch={watch}
            onCancel={() => onEdit(false)}
            onSave={(change) => {
              actions.editWatch(film, watch.watch_id, change);
              onEdit(false);
            }}
            onRemove={() => {
              actions.removeWatch(film, watch.watch_id);
              onEdit(false);
            }}
          />
        </div>
      )}
    </li>
  );
}

function weekday(date: string, locale: string): string {
  const name = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return name.format(new Date(`${date}T00:00:00Z`));
}
