import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Check, Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { useFormat } from '@/lib/format';
import { suggestOptions } from '@/lib/queries/films';
import { useSettled } from '@/lib/useSettled';
import { Poster } from '../Poster';
import styles from './FilmBox.module.css';

interface Props {
  onChoose: (film: Film) => void;
  /** Offered under the films found, with what was typed. */
  otherwise?: (typed: string) => ReactNode;
}

/** Type a few letters, choose a film: arrows and Enter, or a finger. */
export function FilmBox({ onChoose, otherwise }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim(), 120);
  const { data, isFetching } = useQuery({ ...suggestOptions(q), enabled: q.length > 0 });
  const films = q ? (data?.items ?? []) : [];
  return (
    <Command shouldFilter={false} className={styles.box} label={t('filmBox.label')} loop>
      <div className={styles.input}>
        <Search size={20} strokeWidth={1.75} aria-hidden />
        <Command.Input
          // A dialog opened to find a film: the hand is on the keys already.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={t('filmBox.prompt')}
        />
      </div>
      <Command.List className={styles.list}>
        {films.map((film) => (
          <Command.Item
            key={film.film_id}
            value={film.film_id}
            className={styles.item}
            onSelect={() => onChoose(film)}
          >
            <span className={styles.thumb}>
              <Poster film={film} compact decorative />
            </span>
            <span className={styles.name}>
              <strong>{format.title(film)}</strong>
              <span>
                {[
                  format.otherTitle(film),
                  film.year,
                  film.directors.map((person) => person.name).join(', '),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {film.mine?.seen && (
              <span className={styles.seen}>
                <Check size={16} strokeWidth={2} aria-hidden />
                {t('filmBox.seen')}
              </span>
            )}
          </Command.Item>
        ))}
      </Command.List>
      {q && !isFetching && (
        <div className={styles.otherwise}>
          {films.length === 0 && <p>{t('filmBox.nothing', { q })}</p>}
          {otherwise?.(q)}
        </div>
      )}
    </Command>
  );
}
