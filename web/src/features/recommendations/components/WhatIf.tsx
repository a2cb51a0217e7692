import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ToggleChip } from '@/components/Chip';
import { SelectField } from '@/components/Field';
import { StarRating } from '@/components/StarRating';
import {
  useListedBy,
  whatIfOptions,
  type Suggestion,
  type WhatIf as Found,
} from '@/lib/queries/recommendations';
import { troubleText } from '@/lib/trouble';
import type { Line } from '../model/account';
import { useWords } from './useWords';
import styles from './account.module.css';

export interface Asked {
  filmId: string;
  title: string;
  /** What it has now; null when it is seen and not rated. */
  stars: number | null;
}

interface Props {
  item: Suggestion;
  lines: readonly Line[];
  asked: Asked | null;
  onAsk: (asked: Asked) => void;
}

/** "Had you given X 2 stars instead of 5, this would fall from 3rd to 41st." Nothing is changed. */
export function WhatIf({ item, lines, asked, onAsk }: Props) {
  const { t, line: said } = useWords();
  const films = lines.filter((line) => line.kind === 'rating' && line.filmId);
  const first = films[0];
  const chosen = asked ?? (first && askedOf(first));
  if (!chosen) return null;
  const options = films.map((line) => ({ value: line.filmId ?? '', label: said(line) }));
  return (
    <section className={styles.whatIf}>
      <h3>{t('whatIf.title')}</h3>
      <SelectField
        label={t('whatIf.film')}
        value={chosen.filmId}
        options={options}
        onChange={(id) => {
          const line = films.find((each) => each.filmId === id);
          if (line) onAsk(askedOf(line));
        }}
      />
      <Stars key={chosen.filmId} item={item} asked={chosen} />
    </section>
  );
}

function askedOf(line: Line): Asked {
  return { filmId: line.filmId ?? '', title: line.label, stars: line.stars };
}

/** The other stars, and what would come of them. */
function Stars({ item, asked }: { item: Suggestion; asked: Asked }) {
  const { t } = useWords();
  // Undefined: nothing asked yet. Null: set aside.
  const [stars, setStars] = useState<number | null | undefined>(undefined);
  const { data, error, isFetching } = useQuery({
    ...whatIfOptions(item.film_id, asked.filmId, stars ?? null, useListedBy()),
    enabled: stars !== undefined,
  });
  return (
    <>
      <div className={styles.other}>
        <StarRating
          label={t('whatIf.stars', { title: asked.title })}
          value={stars === undefined ? asked.stars : stars}
          onRate={setStars}
        />
        <ToggleChip pressed={stars === null} onToggle={() => setStars(null)}>
          {t('whatIf.aside')}
        </ToggleChip>
      </div>
      <p className={styles.answer} role="status" data-stale={isFetching || undefined}>
        {error && troubleText(error)}
        {!error && (data && stars !== undefined ? <Answer found={data} /> : t('whatIf.prompt'))}
      </p>
    </>
  );
}

function Answer({ found }: { found: Found }) {
  const { t, format, stars, place, figure } = useWords();
  const title = format.title(found);
  const { stars: other, stars_now: now, place_before: before, place_after: after } = found;
  const had =
    other === null
      ? t('whatIf.without', { title })
      : now === null
        ? t('whatIf.rated', { title, stars: stars(other) })
        : t('whatIf.had', { title, stars: stars(other), now: stars(now) });
  const moved = after === before ? 'stays' : after > before ? 'falls' : 'rises';
  return (
    <>
      {t(`whatIf.${moved}`, { had, from: place(before), to: place(after) })}{' '}
      {t('whatIf.predicted', {
        from: figure(found.predicted_before, 2),
        to: figure(found.predicted_after, 2),
      })}
    </>
  );
}
