import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { TextArea, TextField } from '@/components/Field';
import { useChangeList, type FilmList } from '../api/lists';
import styles from './lists.module.css';

/** Its name, and what it is about. */
export function EditList({ list, onClose }: { list: FilmList; onClose: () => void }) {
  const { t } = useTranslation('lists');
  const [name, setName] = useState(list.name);
  const [description, setDescription] = useState(list.description);
  const change = useChangeList(list.list_id);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('edit')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ do: 'rename', name: name.trim(), description: description.trim() });
          onClose();
        }}
      >
        <TextField
          label={t('name')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label={t('description')}
          rows={3}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <Actions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" kind="main">
            {t('common:save')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
