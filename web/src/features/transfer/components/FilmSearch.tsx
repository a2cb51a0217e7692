import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilmFacts } from '@/api/types';
import { Poster } from '@/components/Poster';
import { TextField } from '@/components/Field';
import { useFormat } from '@/lib/format';
import { suggestOptions } from '@/lib/queries/films';
import styles from './chooser.module.css';

interface Props {
  start: string;
  onFound: (film: FilmFacts) => void;
}

/** Any other film of the catalogue. */
export function FilmSearch({ start, onFound }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const [text, setText] = useState(start);
  const asked = useDeferredValue(text.trim());
  const { data } = useQuery({ ...suggestOptions(asked, 6), enabled: asked.length > 0 });
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('input')?.select();
  }, []);
  const films = asked ? (data?.items ?? []) : [];
  return (
    <div ref={box} className={styles.searchBox}>
      <TextField
        label={t('chooser.searchLabel')}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className={styles.found} aria-label={t('chooser.found')}>
        {films.map((film) => (
          <li key={film.film_id}>
            <button type="button" onClick={() => onFound(film)}>
              <span className={styles.poster}>
                <Poster film={film} compact decorative />
              </span>
              <span className={styles.facts}>
                <b>{format.title(film)}</b>
                <span>{[film.year, film.directors[0]?.name].filter(Boolean).join(' · ')}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {asked && data && films.length === 0 && (
        <p className={styles.nothing}>{t('chooser.nothing')}</p>
      )}
    </div>
  );
}
