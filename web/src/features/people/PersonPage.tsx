import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { Page, Section } from '@/components/Page';
import { PosterGrid, PosterGridSkeleton } from '@/components/PosterGrid';
import { Rated } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import { filmsOptions, personOptions } from '@/lib/queries/films';
import { usePaged } from '@/lib/queries/usePaged';
import styles from './Person.module.css';

const filmOf = (film: Film) => film;

/** Somebody who makes films: theirs that I saw, and theirs that I did not. */
export function PersonPage({ personId }: { personId: string }) {
  const { t } = useTranslation('people');
  const { data: person, error } = useQuery(personOptions(personId));
  const seen = usePaged<Film>(filmsOptions({ person: personId, seen: 'yes', sort: '-year' }));
  const unseen = usePaged<Film>(filmsOptions({ person: personId, seen: 'no', sort: '-year' }));
  if (error) throw error;
  const directs = (person?.directed ?? 0) > 0;
  return (
    <Page
      title={person?.name ?? t('common:loading')}
      lead={
        person && (
          <span className={styles.lead}>
            {directs && <span>{t('directed', { count: person.directed })}</span>}
            {person.acted > 0 && <span>{t('acted', { count: person.acted })}</span>}
            {seen.total > 0 && (
              <Link to="/library" search={directs ? { director: personId } : { actor: personId }}>
                {t('mine')}
              </Link>
            )}
          </span>
        )
      }
    >
      {seen.pending && <PosterGridSkeleton count={6} />}
      {seen.total > 0 && (
        <Section title={t('seen', { count: seen.total })} aside={<Mean films={seen.items} />}>
          <PosterGrid
            items={seen.items}
            film={filmOf}
            caption={(film) => (
              <>
                <span>{film.year}</span>
                <Rated value={film.mine?.rating ?? null} />
              </>
            )}
            total={seen.total}
            onMore={seen.onMore}
            label={t('seen', { count: seen.total })}
          />
        </Section>
      )}
      {unseen.total > 0 && (
        <Section title={t('unseen', { count: unseen.total })}>
          <PosterGrid
            items={unseen.items}
            film={filmOf}
            caption={(film) => <span>{film.year}</span>}
            total={unseen.total}
            onMore={unseen.onMore}
            label={t('unseen', { count: unseen.total })}
          />
        </Section>
      )}
    </Page>
  );
}

function Mean({ films }: { films: Film[] }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const ratings = films.flatMap((film) => film.mine?.rating ?? []);
  if (ratings.length === 0) return null;
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return <span className={styles.mean}>{t('mean', { mean: format.mean(mean) })}</span>;
}
