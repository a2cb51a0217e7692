import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState, type Ref } from 'react';
import type { Film } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { FilmBox } from '@/components/FilmBox';
import { Skeleton } from '@/components/Skeleton';
import { useListedBy, whyOptions } from '@/lib/queries/recommendations';
import { useWords } from './useWords';
import styles from './list.module.css';

/** "Why is X not here?": any film of the catalogue. */
export function WhyNot({
  ref,
  onFilm,
}: {
  ref: Ref<HTMLButtonElement>;
  onFilm: (film: string) => void;
}) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <p className={styles.whyNot}>
      <Button ref={ref} icon={Search} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('whyNot')}
      </Button>
      {open && (
        <Dialog open onOpenChange={setOpen} title={t('whyNot')}>
          <FilmBox
            onChoose={(film) => {
              setOpen(false);
              onFilm(film.film_id);
            }}
          />
        </Dialog>
      )}
    </p>
  );
}

/** Whose account it is. */
export function AccountTitle({ filmId, film }: { filmId: string; film?: Film }) {
  const { t, format } = useWords();
  const options = whyOptions(filmId, useListedBy());
  const { data, error } = useQuery({ ...options, enabled: film === undefined });
  const shown = film ?? data?.item.film;
  return (
    <h2 className={styles.sideTitle}>
      {error && !shown && t('account.region')}
      {shown && (
        <Link to="/films/$filmId" params={{ filmId }}>
          {format.title(shown)}
        </Link>
      )}
      {!shown && !error && <Skeleton width="60%" height="1.5rem" />}
    </h2>
  );
}
