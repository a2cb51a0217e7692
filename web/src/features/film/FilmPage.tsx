import { useQuery } from '@tanstack/react-query';
import { Ellipsis, Merge, Pencil, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { Menu, MenuItem } from '@/components/Menu';
import { Page } from '@/components/Page';
import { PosterSkeleton, Skeleton } from '@/components/Skeleton';
import { useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import { filmOptions } from '@/lib/queries/films';
import { entryOptions } from '@/lib/queries/library';
import { useMe } from '@/lib/queries/session';
import { Everybody, Facts } from './Facts';
import { FilmHead } from './FilmHead';
import styles from './FilmPage.module.css';
import { Review, Tags } from './Notes';
import { Viewings } from './Viewings';

const EditFilm = lazy(() => import('./EditFilm'));
const JoinFilm = lazy(() => import('./JoinFilm'));

interface Props {
  filmId: string;
  /** What other rooms can do with a film, as buttons of the head. */
  more?: ReactNode;
  /** Where else this film is spoken of. */
  aside?: ReactNode;
}

export function FilmPage({ filmId, more, aside }: Props) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const actions = useEntryActions();
  const { data: me } = useMe();
  const { data: film, error } = useQuery(filmOptions(filmId));
  // Version 0 is what we show before the server has answered: there is nothing to ask for yet.
  const asked = (film?.mine?.version ?? 0) > 0;
  const { data: entry = null } = useQuery({ ...entryOptions(filmId), enabled: asked });
  const [open, setOpen] = useState<'edit' | 'join' | null>(null);
  const close = () => setOpen(null);

  if (error) throw error;
  if (!film) return <FilmSkeleton />;
  const administrator = me?.role === 'administrator';
  const mayEdit = administrator || film.private;
  const mayRemove = film.mine !== null;
  return (
    <Page title={format.title(film)} bare>
      <FilmHead
        film={film}
        aside={aside}
        more={
          <>
            {more}
            {(mayEdit || mayRemove) && (
              <Menu trigger={<IconButton icon={Ellipsis} label={t('common:more')} />}>
                {mayEdit && (
                  <MenuItem icon={Pencil} onSelect={() => setOpen('edit')}>
                    {t('edit.title')}
                  </MenuItem>
                )}
                {film.private && mayRemove && (
                  <MenuItem icon={Merge} onSelect={() => setOpen('join')}>
                    {t('join.title')}
                  </MenuItem>
                )}
                {mayRemove && (
                  <MenuItem icon={Trash2} danger onSelect={() => actions.remove(film)}>
                    {t('removeMine')}
                  </MenuItem>
                )}
              </Menu>
            )}
          </>
        }
      />
      <div className={styles.parts}>
        <div>
          <Viewings film={film} entry={entry} />
          <Review film={film} entry={entry} />
        </div>
        <div>
          <Facts film={film} />
          <Everybody film={film} />
          <Tags film={film} entry={entry} />
        </div>
      </div>
      <Suspense>
        {open === 'edit' && <EditFilm film={film} administrator={administrator} onClose={close} />}
        {open === 'join' && <JoinFilm film={film} onClose={close} />}
      </Suspense>
    </Page>
  );
}

function FilmSkeleton() {
  const { t } = useTranslation();
  return (
    <Page title={t('loading')} quietTitle>
      <div className={styles.bones}>
        <PosterSkeleton />
        <div>
          <Skeleton height="4.5rem" width="80%" />
          <Skeleton height="1.25rem" width="45%" />
          <Skeleton height="1.25rem" width="30%" />
        </div>
      </div>
    </Page>
  );
}
