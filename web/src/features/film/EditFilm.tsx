import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import type { Film, FilmDraft } from '@/api/types';
import { Dialog } from '@/components/Dialog';
import { say, troubleText } from '@/lib/trouble';
import { changes, draftOf } from './draft';
import { FilmForm } from './FilmForm';
import { Corrections } from './Corrections';
import styles from './EditFilm.module.css';
import { useCorrectFilm } from './useSaveFilm';

interface Props {
  film: Film;
  administrator: boolean;
  onClose: () => void;
}

/** The film's facts, corrected for everybody. */
export default function EditFilm({ film, administrator, onClose }: Props) {
  const { t } = useTranslation('film');
  const correct = useCorrectFilm(film);
  const errors = correct.error instanceof ApiError ? correct.error.errors : [];

  function save(draft: FilmDraft): void {
    const change = changes(draftOf(film), draft);
    if (Object.keys(change).length === 0) return onClose();
    correct.mutate(change, {
      onSuccess: () => {
        say(t('edit.saved'));
        onClose();
      },
    });
  }

  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t('edit.title')}
      description={film.private ? t('edit.private') : t('edit.lead')}
    >
      {correct.error && errors.length === 0 && (
        <p role="alert" className={styles.error}>
          {troubleText(correct.error)}
        </p>
      )}
      <FilmForm
        key={film.version}
        initial={draftOf(film)}
        errors={errors}
        busy={correct.isPending}
        submit={t('common:save')}
        onSubmit={save}
        onCancel={onClose}
      />
      {administrator && <Corrections film={film} />}
    </Dialog>
  );
}
