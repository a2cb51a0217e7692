import { ToggleChip } from '@/components/Chip';
import { CheckField } from '@/components/Field';
import { GENRES } from '@/lib/genres';
import type { Companion, Rule, TogetherAsked } from '@/lib/queries/recommendations';
import { RadioList, TimeChips } from './Choices';
import choices from './choices.module.css';
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
  const toggled = (list: readonly string[] = [], one: string) =>
    list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
  return (
    <div className={styles.company}>
      <fieldset>
        <legend>{t('together.who')}</legend>
        <div className={choices.chips}>
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
        <RadioList
          options={RULES.map((value) => {
            const word = value.replace(' ', '-');
            return {
              value,
              name: t(`together.rules.${word}.name`),
              text: t(`together.rules.${word}.text`),
            };
          })}
          value={asked.rule}
          onChoose={(rule) => onAsk({ rule })}
        />
      </fieldset>
      <fieldset>
        <legend>{t('together.time')}</legend>
        <TimeChips minutes={asked.max_minutes} onChoose={(max_minutes) => onAsk({ max_minutes })} />
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
        <div className={choices.chips}>
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
