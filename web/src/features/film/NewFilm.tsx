import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { Page } from '@/components/Page';
import { troubleText } from '@/lib/trouble';
import styles from './EditFilm.module.css';
import { FilmForm } from './FilmForm';
import { useAddFilm } from './useSaveFilm';

/** A film that the catalogue does not have: mine alone. */
export function NewFilm({ title }: { title?: string }) {
  const { t } = useTranslation('film');
  const navigate = useNavigate();
  const add = useAddFilm();
  const errors = add.error instanceof ApiError ? add.error.errors : [];
  return (
    <Page title={t('own.title')} lead={t('own.lead')}>
      {add.error && errors.length === 0 && (
        <p role="alert" className={styles.error}>
          {troubleText(add.error)}
        </p>
      )}
      <FilmForm
        initial={{ title }}
        errors={errors}
        busy={add.isPending}
        submit={t('own.submit')}
        onSubmit={(draft) =>
          add.mutate(draft, {
            onSuccess: (film) =>
              void navigate({
                to: '/films/$filmId',
                params: { filmId: film.film_id },
                replace: true,
              }),
          })
        }
      />
    </Page>
  );
}
