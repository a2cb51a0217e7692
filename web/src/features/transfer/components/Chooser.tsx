import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilmFacts } from '@/api/types';
import { useDecide } from '../api/imports';
import { choiceForKey } from '../model/keys';
import type { ImportRow } from '../model/types';
import styles from './chooser.module.css';
import { FilmOption, PlainOption } from './ChooserOptions';
import { FilmSearch } from './FilmSearch';

/** A row in doubt: which film is it? With the mouse, a thumb, or the keys 1–9, F, O and S. */
export function Chooser({ id, row }: { id: string; row: ImportRow }) {
  const { t } = useTranslation('transfer');
  const decide = useDecide(id);
  const [found, setFound] = useState<FilmFacts | null>(null);
  const [searching, setSearching] = useState(false);
  const box = useRef<HTMLFieldSetElement>(null);
  const films = filmsOf(row, found);
  const choose = (choice: string) => decide.mutate({ row, choice });

  function onKey(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement && event.target.type !== 'radio') return;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const said = choiceForKey(
      event.key,
      films.map((film) => film.film_id),
    );
    if (!said) return;
    event.preventDefault();
    event.stopPropagation();
    if (said === 'search') return setSearching(true);
    choose(said);
    focusNext(box.current);
  }

  const option = { name: `choice-${row.row_id}`, chosen: row.choice, onChoose: choose };
  return (
    <fieldset
      ref={box}
      className={styles.chooser}
      data-chooser={row.choice === null ? 'open' : 'done'}
      onKeyDown={onKey}
    >
      <legend className={styles.legend}>
        <span className={styles.title}>{row.title}</span>{' '}
        <span className={styles.year}>{row.year ?? t('chooser.noYear')}</span>
        <span className={styles.where}>{t('row.where', { file: row.file, line: row.line })}</span>
      </legend>
      <div className={styles.films}>
        {films.map((film, at) => (
          <FilmOption
            key={film.film_id}
            film={film}
            digit={at + 1}
            year={row.year}
            why={row.candidates.find((each) => each.film.film_id === film.film_id)?.why ?? null}
            {...option}
          />
        ))}
      </div>
      <div className={styles.others}>
        <PlainOption value="own" hint="O" {...option} />
        <PlainOption value="skip" hint="S" {...option} />
        <button
          type="button"
          className={styles.search}
          aria-expanded={searching}
          onClick={() => setSearching(!searching)}
        >
          {t('chooser.search')} <kbd>F</kbd>
        </button>
      </div>
      {searching && (
        <FilmSearch
          start={row.title}
          onFound={(film) => {
            setFound(film);
            setSearching(false);
            choose(film.film_id);
          }}
        />
      )}
    </fieldset>
  );
}

function filmsOf(row: ImportRow, found: FilmFacts | null): FilmFacts[] {
  const films = row.candidates.map((candidate) => candidate.film);
  const other = found ?? (row.film?.film_id === row.choice ? row.film : null);
  if (other && !films.some((film) => film.film_id === other.film_id)) films.push(other);
  return films;
}

/** On to the next row that nobody has spoken about. */
function focusNext(from: HTMLElement | null): void {
  const open = [...document.querySelectorAll<HTMLElement>('[data-chooser=open]')];
  const next = open.find(
    (each) =>
      each !== from &&
      from !== null &&
      from.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  const radio = next?.querySelector<HTMLInputElement>('input[type=radio]');
  radio?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}
