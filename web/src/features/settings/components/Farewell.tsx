import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { Button, buttonClass } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { downloads } from '@/lib/download';
import { troubleText } from '@/lib/trouble';
import { useEraseMe } from '../api/account';
import styles from './settings.module.css';

/** The one thing here that no undo brings back: the export first, then the name in full. */
export function Farewell({ username }: { username: string }) {
  const { t } = useTranslation('settings');
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const erase = useEraseMe();
  const said = !erase.error
    ? undefined
    : erase.error instanceof ApiError && [401, 403, 422].includes(erase.error.status)
      ? t('password.wrong')
      : troubleText(erase.error);
  return (
    <>
      <div className={styles.buttons}>
        <a {...downloads('/api/export?format=cinematch')} className={buttonClass()}>
          <Download size={18} strokeWidth={1.75} aria-hidden />
          {t('farewell.first')}
        </a>
        <Button kind="danger" onClick={() => setOpen(true)}>
          {t('farewell.open')}
        </Button>
      </div>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('farewell.ask')}
        description={t('farewell.what')}
      >
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            erase.mutate(password, { onSuccess: () => window.location.assign('/sign-in') });
          }}
        >
          <TextField
            label={t('farewell.type', { name: username })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <TextField
            label={t('farewell.password')}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={said}
          />
          <Actions>
            <Button onClick={() => setOpen(false)}>{t('farewell.stay')}</Button>
            <Button
              type="submit"
              kind="danger"
              busy={erase.isPending}
              disabled={typed.trim() !== username || erase.isPending}
            >
              {t('farewell.go')}
            </Button>
          </Actions>
        </form>
      </Dialog>
    </>
  );
}
