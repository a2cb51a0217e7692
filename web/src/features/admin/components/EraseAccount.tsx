import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { say } from '@/lib/trouble';
import { useErase, type Account } from '../api/admin';
import styles from './admin.module.css';

/** No undo brings an account back: its name is typed in full. */
export function EraseAccount({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const [typed, setTyped] = useState('');
  const erase = useErase();
  const name = account.username;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('erase.title', { name })}
      description={t('erase.text')}
    >
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          erase.mutate(account.user_id, {
            onSuccess: () => {
              say(t('erase.done', { name }));
              onClose();
            },
          });
        }}
      >
        <TextField
          label={t('erase.type', { name })}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Actions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            type="submit"
            kind="danger"
            busy={erase.isPending}
            disabled={typed.trim() !== name || erase.isPending}
          >
            {t('users.erase')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
