import { Minus, Plus } from 'lucide-react';
import { GENRES } from '@/lib/genres';
import { ALGORITHMS, pressed, wishOf } from '../model/knobs';
import { RadioList, TimeChips } from './Choices';
import choices from './choices.module.css';
import type { Turn } from './Knobs';
import { useWords } from './useWords';
import styles from './knobs.module.css';

/** Time, genres and method. */
export function MoreKnobs({ knobs, turn }: Turn) {
  const { t } = useWords();
  return (
    <div className={styles.more}>
      <fieldset>
        <legend>{t('knobs.time')}</legend>
        <TimeChips minutes={knobs.max_minutes} onChoose={(max_minutes) => turn({ max_minutes })} />
      </fieldset>
      <fieldset>
        <legend>{t('knobs.genres')}</legend>
        <p className={styles.hint}>{t('knobs.genresHint')}</p>
        <div className={choices.chips}>
          {GENRES.map((genre) => (
            <GenreChip key={genre} {...{ genre, knobs, turn }} />
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.methods}>
        <legend>{t('knobs.method')}</legend>
        <RadioList
          options={ALGORITHMS.map((value) => ({
            value,
            name: t(`method.${value}.name`),
            text: t(`method.${value}.text`),
          }))}
          value={knobs.algorithm}
          onChoose={(algorithm) => turn({ algorithm })}
        />
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
