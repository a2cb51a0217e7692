import { useTranslation } from 'react-i18next';
import type { FilmFacts } from '@/api/types';
import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';
import type { Choice } from '../model/types';
import { whatAgrees } from '../model/why';
import styles from './chooser.module.css';

interface Option {
  name: string;
  chosen: Choice;
  onChoose: (choice: string) => void;
}

interface FilmProps extends Option {
  film: FilmFacts;
  digit: number;
  /** Of the line in the file. */
  year: number | null;
  /** Null for a film that the person found. */
  why: string[] | null;
}

/** One film that may be meant, and what speaks for it. */
export function FilmOption({ film, digit, year, why, name, chosen, onChoose }: FilmProps) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const picked = chosen === film.film_id;
  const agrees = whatAgrees(why, year).map((word) => t(`why.${word}`));
  return (
    <label className={styles.film} data-chosen={picked || undefined}>
      <input type="radio" name={name} checked={picked} onChange={() => onChoose(film.film_id)} />
      <span className={styles.poster}>
        <Poster film={film} compact decorative />
      </span>
      <span className={styles.facts}>
        <b>{format.title(film)}</b>
        <span>
          {[film.year, film.directors.map((person) => person.name).join(', ')]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className={styles.why}>{format.list(agrees)}</span>
      </span>
      {digit <= 9 && <kbd aria-hidden>{digit}</kbd>}
    </label>
  );
}

/** Neither of them: a film of one's own, or nothing at all. */
export function PlainOption({
  value,
  hint,
  name,
  chosen,
  onChoose,
}: Option & { value: 'own' | 'skip'; hint: string }) {
  const { t } = useTranslation('transfer');
  return (
    <label className={styles.plain} data-chosen={chosen === value || undefined}>
      <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
      {t(`chooser.${value}`)} <kbd aria-hidden>{hint}</kbd>
    </label>
  );
}
