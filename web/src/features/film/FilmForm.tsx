import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldError, FilmDraft } from '@/api/types';
import { Button } from '@/components/Button';
import { ToggleChip } from '@/components/Chip';
import { Actions } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { GENRES } from '@/lib/genres';
import { draftFrom, listed, type Written } from './draft';
import styles from './FilmForm.module.css';

interface Props {
  initial: FilmDraft;
  errors: readonly FieldError[];
  busy: boolean;
  submit: string;
  onSubmit: (draft: FilmDraft) => void;
  onCancel?: () => void;
  children?: ReactNode;
}

/** The facts of a film, to be mended or written for the first time. */
export function FilmForm({ initial, errors, busy, submit, onSubmit, onCancel, children }: Props) {
  const { t } = useTranslation('film');
  const [written, setWritten] = useState<Written>(() => ({
    title: initial.title ?? '',
    title_en: initial.title_en ?? '',
    title_it: initial.title_it ?? '',
    year: initial.year ? String(initial.year) : '',
    runtime: initial.runtime ? String(initial.runtime) : '',
    directors: listed(initial.directors),
    cast: listed(initial.cast),
    countries: listed(initial.countries),
    languages: listed(initial.languages),
  }));
  const [genres, setGenres] = useState(initial.genres ?? []);

  function field(name: keyof Written, more: object = {}): ReactNode {
    const wrong = errors.find((error) => error.field.split('.').at(-1) === name);
    return (
      <TextField
        label={t(`form.${name}`)}
        value={written[name]}
        error={wrong && [wrong.message, wrong.mend].filter(Boolean).join(' ')}
        onChange={(event) => setWritten({ ...written, [name]: event.target.value })}
        {...more}
      />
    );
  }

  function send(event: FormEvent): void {
    event.preventDefault();
    onSubmit(draftFrom(written, genres));
  }

  const people = { hint: t('form.commas') };
  return (
    <form className={styles.form} onSubmit={send}>
      {field('title', { required: true, maxLength: 300 })}
      <div className={styles.pair}>
        {field('year', { type: 'number', min: 1888, max: 2100, inputMode: 'numeric' })}
        {field('runtime', { type: 'number', min: 1, max: 6000, inputMode: 'numeric' })}
      </div>
      {field('directors', people)}
      {field('cast', people)}
      <fieldset className={styles.genres}>
        <legend>{t('genres')}</legend>
        <div>
          {GENRES.map((genre) => (
            <ToggleChip
              key={genre}
              pressed={genres.includes(genre)}
              onToggle={() =>
                setGenres(
                  genres.includes(genre)
                    ? genres.filter((each) => each !== genre)
                    : [...genres, genre],
                )
              }
            >
              {t(`common:genre.${genre}`)}
            </ToggleChip>
          ))}
        </div>
      </fieldset>
      <div className={styles.pair}>
        {field('title_en')}
        {field('title_it')}
        {field('countries', { hint: t('form.countriesHint') })}
        {field('languages', { hint: t('form.languagesHint') })}
      </div>
      {children}
      <Actions>
        {onCancel && <Button onClick={onCancel}>{t('common:cancel')}</Button>}
        <Button kind="main" type="submit" busy={busy}>
          {submit}
        </Button>
      </Actions>
    </form>
  );
}
