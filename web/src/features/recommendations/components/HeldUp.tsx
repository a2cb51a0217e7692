import { Link } from '@tanstack/react-router';
import { CircleMinus } from 'lucide-react';
import { IconButton } from '@/components/Button';
import { RowSkeletons } from '@/components/Skeleton';
import type { Why } from '@/lib/queries/recommendations';
import { useMark } from '../api/taste';
import { useWords } from './useWords';
import styles from './account.module.css';

/** The films without which it would stand lowest, each computed anew. */
export function HeldUp({ filmId, why }: { filmId: string; why: Why | undefined }) {
  const { t, format, place, stars } = useWords();
  const mark = useMark();
  if (why?.held_up_by.length === 0) return null;
  return (
    <section className={styles.heldUp} aria-labelledby={`held-${filmId}`}>
      <h3 id={`held-${filmId}`}>{t('heldUp.title')}</h3>
      {!why && <RowSkeletons count={3} height="2.75rem" />}
      <ul>
        {why?.held_up_by.map((each) => (
          <li key={each.film_id}>
            <span>
              <Link to="/films/$filmId" params={{ filmId: each.film_id }}>
                {format.title(each)}
              </Link>
              {each.stars_now !== null && `, ${stars(each.stars_now)}`}
            </span>
            <span className={styles.move}>
              {t(each.place_after === each.place_before ? 'heldUp.same' : 'heldUp.move', {
                from: place(each.place_before),
                to: place(each.place_after),
              })}
            </span>
            <IconButton
              icon={CircleMinus}
              label={t('account.mute', { title: format.title(each) })}
              onClick={() =>
                mark({
                  film: { film_id: each.film_id, title: format.title(each) },
                  kind: 'muted',
                  on: true,
                })
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
