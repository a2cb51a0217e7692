import { Minus, Plus } from 'lucide-react';
import { useId } from 'react';
import { ToggleChip } from '@/components/Chip';
import { GENRES } from '@/lib/genres';
import { ALGORITHMS, pressed, TIMES, wishOf } from '../model/knobs';
import type { Turn } from './Knobs';
import { useWords } from './useWords';
import styles from './knobs.module.css';

/** Time, genres and method. */
export function MoreKnobs({ knobs, turn }: Turn) {
  const { t, format } = useWords();
  const id = useId();
  return (
    <div className={styles.more}>
      <fieldset>
        <legend>{t('knobs.time')}</legend>
        <div className={styles.chips}>
          {TIMES.map((minutes) => (
            <ToggleChip
              key={minutes}
              pressed={knobs.max_minutes === minutes}
              onToggle={() => turn({ max_minutes: minutes })}
            >
              {minutes === null ? t('knobs.noLimit') : format.duration(minutes)}
            </ToggleChip>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{t('knobs.genres')}</legend>
        <p className={styles.hint}>{t('knobs.genresHint')}</p>
        <div className={styles.chips}>
          {GENRES.map((genre) => (
            <GenreChip key={genre} {...{ genre, knobs, turn }} />
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.methods}>
        <legend>{t('knobs.method')}</legend>
        {ALGORITHMS.map((algorithm) => (
          <label key={algorithm} className={styles.method}>
            <input
              type="radio"
              name={id}
              checked={knobs.algorithm === algorithm}
              onChange={() => turn({ algorithm })}
            />
            <span>
              <strong>{t(`method.${algorithm}.name`)}</strong> {t(`method.${algorithm}.text`)}
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

function GenreChip({ genre, knobs, turn }: Turn & { genre: string }) {
  const { t } = useWords();
  const wish = wishOf(knobs, genre);
  const name = t(`common:genre.${genre}`, { defaultValue: genre });
  return (
    <button
      type="button"
      className={styles.genre}
      data-wish={wish}
      aria-label={t(`knobs.wish.${wish}`, { genre: name })}
      onClick={() => turn(pressed(knobs, genre))}
    >
      {wish === 'with' && <Plus size={14} strokeWidth={2} aria-hidden />}
      {wish === 'without' && <Minus size={14} strokeWidth={2} aria-hidden />}
      {name}
    </button>
  );
}
