import { useId } from 'react';
import { ToggleChip } from '@/components/Chip';
import { CheckField } from '@/components/Field';
import { GENRES } from '@/lib/genres';
import type { Companion, Rule, TogetherAsked } from '@/lib/queries/recommendations';
import { TIMES } from '../model/knobs';
import { useWords } from './useWords';
import styles from './together.module.css';

const RULES: readonly Rule[] = ['mean', 'least misery', 'take turns'];

interface Props {
  companions: readonly Companion[];
  asked: TogetherAsked;
  onAsk: (change: Partial<TogetherAsked>) => void;
}

/** Who, by which rule, how long, what sort. */
export function Company({ companions, asked, onAsk }: Props) {
  const { t, format } = useWords();
  const id = useId();
  const toggled = (list: readonly string[] = [], one: string) =>
    list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
  return (
    <div className={styles.company}>
      <fieldset>
        <legend>{t('together.who')}</legend>
        <div className={styles.chips}>
          {companions.map(({ user_id, username }) => (
            <ToggleChip
              key={user_id}
              pressed={asked.with_users.includes(user_id)}
              onToggle={() => onAsk({ with_users: toggled(asked.with_users, user_id) })}
            >
              {username}
            </ToggleChip>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{t('together.rule')}</legend>
        {RULES.map((rule) => {
          const word = rule.replace(' ', '-');
          return (
            <label key={rule} className={styles.rule}>
              <input
                type="radio"
                name={id}
                checked={asked.rule === rule}
                onChange={() => onAsk({ rule })}
              />
              <span>
                <strong>{t(`together.rules.${word}.name`)}</strong>{' '}
                {t(`together.rules.${word}.text`)}
              </span>
            </label>
          );
        })}
      </fieldset>
      <fieldset>
        <legend>{t('together.time')}</legend>
        <div className={styles.chips}>
          {TIMES.map((minutes) => (
            <ToggleChip
              key={minutes}
              pressed={asked.max_minutes === minutes}
              onToggle={() => onAsk({ max_minutes: minutes })}
            >
              {minutes === null ? t('knobs.noLimit') : format.duration(minutes)}
            </ToggleChip>
          ))}
        </div>
        <CheckField
          label={t('together.rewatch')}
          checked={asked.rewatch}
          onChange={(rewatch) => onAsk({ rewatch })}
        />
      </fieldset>
      <details className={styles.genres}>
        <summary>
          {asked.genres?.length
            ? t('together.onlyGenres', {
                genres: format.list(
                  asked.genres.map((genre) => t(`common:genre.${genre}`, { defaultValue: genre })),
                ),
              })
            : t('together.anyGenre')}
        </summary>
        <div className={styles.chips}>
          {GENRES.map((genre) => (
            <ToggleChip
              key={genre}
              pressed={asked.genres?.includes(genre) ?? false}
              onToggle={() => onAsk({ genres: toggled(asked.genres, genre) })}
            >
              {t(`common:genre.${genre}`)}
            </ToggleChip>
          ))}
        </div>
      </details>
    </div>
  );
}
