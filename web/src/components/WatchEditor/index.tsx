import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Watch, WatchDraft } from '@/api/types';
import { Button } from '../Button';
import { Actions } from '../Dialog';
import { CheckField } from '../Field';
import { PartialDate } from '../PartialDate';
import { PlaceSelect } from '../PlaceSelect';
import styles from './WatchEditor.module.css';

interface Props {
  watch: Watch;
  onSave: (change: Partial<WatchDraft>) => void;
  onCancel: () => void;
  onRemove: () => void;
}

/** One viewing, mended where it stands. */
export function WatchEditor({ watch, onSave, onCancel, onRemove }: Props) {
  const { t } = useTranslation();
  const [date, setDate] = useState(watch.date);
  const [context, setContext] = useState(watch.context);
  const [rewatch, setRewatch] = useState(watch.rewatch);
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    onSave({ date, context, rewatch });
  }
  return (
    <form
      className={styles.editor}
      onSubmit={onSubmit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      <PartialDate value={date} onChange={setDate} />
      <div className={styles.pair}>
        <PlaceSelect value={context} onChange={setContext} />
        <CheckField label={t('watch.rewatch')} checked={rewatch} onChange={setRewatch} />
      </div>
      <Actions>
        <Button kind="quiet" onClick={onRemove} className={styles.remove}>
          {t('watch.remove')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button kind="main" type="submit">
          {t('save')}
        </Button>
      </Actions>
    </form>
  );
}
