import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film, FilmFacts, Place } from '@/api/types';
import { Button } from '@/components/Button';
import { Actions } from '@/components/Dialog';
import { CheckField } from '@/components/Field';
import { PartialDate } from '@/components/PartialDate';
import { PlaceSelect } from '@/components/PlaceSelect';
import { Poster } from '@/components/Poster';
import { StarRating } from '@/components/StarRating';
import { today, useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import styles from './LogForm.module.css';

interface Props {
  film: Film | FilmFacts;
  onOther?: () => void;
  onDone: () => void;
}

export function LogForm({ film, onOther, onDone }: Props) {
  const { t } = useTranslation('log');
  const format = useFormat();
  const actions = useEntryActions();
  const mine = 'mine' in film ? film.mine : null;
  const [rating, setRating] = useState<number | null>(mine?.rating ?? null);
  const [date, setDate] = useState(today());
  const [place, setPlace] = useState<Place | null>(null);
  const [rewatch, setRewatch] = useState(mine?.seen ?? false);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const changed = rating !== (mine?.rating ?? null) ? rating : undefined;
    actions.log(film, { date, rewatch, context: place, rating: changed });
    onDone();
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <div className={styles.film}>
        <div className={styles.poster}>
          <Poster film={film} compact decorative />
        </div>
        <div>
          <p className={styles.title}>{format.title(film)}</p>
          <p className={styles.note}>
            {[film.year, film.directors.map((each) => each.name).join(', ')]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <StarRating value={rating} onRate={setRating} size="large" />
          {onOther && (
            <p>
              <Button kind="quiet" onClick={onOther} className={styles.other}>
                {t('other')}
              </Button>
            </p>
          )}
        </div>
      </div>
      <PartialDate value={date} onChange={setDate} />
      <div className={styles.pair}>
        <PlaceSelect value={place} onChange={setPlace} />
        <CheckField label={t('rewatch')} checked={rewatch} onChange={setRewatch} />
      </div>
      <Actions>
        <Button kind="main" type="submit">
          {t('save')}
        </Button>
      </Actions>
    </form>
  );
}
