import { Link } from '@tanstack/react-router';
import { GripVertical, X } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { Poster } from '@/components/Poster';
import { Rated } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import type { ListItem } from '../api/lists';
import styles from './lists.module.css';

interface Props {
  item: ListItem;
  at: number;
  dragged: boolean;
  onDragStart: () => void;
  onDragTo: (at: number) => void;
  onDragEnd: () => void;
  onMove: (to: number) => void;
  onNote: (note: string) => void;
  onTake: () => void;
}

/** Where a key on the handle sends the film; null for keys that mean nothing here. */
function placeFor(key: string, at: number): number | null {
  return { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: Number.MAX_SAFE_INTEGER }[key] ?? null;
}

export function Item({
  item,
  at,
  dragged,
  onDragStart,
  onDragTo,
  onDragEnd,
  onMove,
  onNote,
  onTake,
}: Props) {
  const { t } = useTranslation('lists');
  const format = useFormat();
  const [note, setNote] = useState(item.note);
  const dragging = useRef(false);
  const title = format.title(item.film);

  function onKey(event: KeyboardEvent): void {
    const place = placeFor(event.key, at);
    if (place === null) return;
    event.preventDefault();
    onMove(place);
  }
  function start(event: PointerEvent<HTMLButtonElement>): void {
    dragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    onDragStart();
  }
  function move(event: PointerEvent): void {
    if (!dragging.current) return;
    const under = document
      .elementsFromPoint(event.clientX, event.clientY)
      .find((each) => each instanceof HTMLElement && each.dataset.place !== undefined);
    if (under instanceof HTMLElement) onDragTo(Number(under.dataset.place));
  }
  function end(): void {
    if (!dragging.current) return;
    dragging.current = false;
    onDragEnd();
  }

  return (
    <li
      className={styles.item}
      style={{ order: at }}
      data-place={at}
      data-dragged={dragged || undefined}
    >
      <button
        type="button"
        className={styles.handle}
        aria-label={t('handle', { title, place: at + 1 })}
        onKeyDown={onKey}
        onPointerDown={start}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <span className={styles.place}>{at + 1}</span>
        <GripVertical size={18} strokeWidth={1.75} aria-hidden />
      </button>
      <span className={styles.poster}>
        <Poster film={item.film} compact decorative />
      </span>
      <div className={styles.words}>
        <h2 className={styles.title}>
          <Link to="/films/$filmId" params={{ filmId: item.film.film_id }}>
            {title}
          </Link>
        </h2>
        <p className={styles.facts}>
          {[item.film.year, item.film.directors.map((person) => person.name).join(', ')]
            .filter(Boolean)
            .join(' · ')}{' '}
          <Rated value={item.film.mine?.rating ?? null} />
        </p>
        <textarea
          className={styles.note}
          rows={1}
          aria-label={t('noteOf', { title })}
          placeholder={t('notePrompt')}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onBlur={() => note.trim() !== item.note && onNote(note.trim())}
        />
      </div>
      <IconButton icon={X} label={t('take', { title })} onClick={onTake} />
    </li>
  );
}
