import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { say, troubleText } from '@/lib/trouble';
import { useChangePassword } from '../api/account';
import styles from './settings.module.css';

const SHORTEST = 8;

/** Other sessions end; this one stays. */
export function PasswordForm({ username }: { username: string }) {
  const { t } = useTranslation('settings');
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [short, setShort] = useState(false);
  const change = useChangePassword();
  const wrong = change.error instanceof ApiError && [401, 403].includes(change.error.status);
  const aboutCurrent =
    wrong ||
    (change.error instanceof ApiError && change.error.errors[0]?.field === 'current_password');
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const tooShort = [...fresh].length < SHORTEST;
        setShort(tooShort);
        if (tooShort) return;
        change.mutate(
          { current_password: current, new_password: fresh },
          {
            onSuccess: () => {
              setCurrent('');
              setFresh('');
              say(t('password.done'));
            },
          },
        );
      }}
    >
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <TextField
        label={t('password.current')}
        type="password"
        autoComplete="current-password"
        required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        error={aboutCurrent ? t('password.wrong') : undefined}
      />
      <TextField
        label={t('password.new')}
        type="password"
        autoComplete="new-password"
        required
        value={fresh}
        onChange={(event) => {
          setFresh(event.target.value);
          setShort(false);
        }}
        hint={t('password.hint')}
        error={
          short
            ? t('password.short')
            : change.error && !aboutCurrent
              ? troubleText(change.error)
              : undefined
        }
      />
      <Button type="submit" busy={change.isPending}>
        {t('password.button')}
      </Button>
    </form>
  );
}
