import { Eye, EyeOff } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, OfflineError } from '@/api/errors';
import { troubleText } from '@/lib/trouble';
import { Button, IconButton } from '../Button';
import { TextField } from '../Field';
import styles from './AccountForm.module.css';

export interface Credentials {
  username: string;
  password: string;
}

interface Props {
  /** A new account asks for a new password; managers of passwords then offer one. */
  fresh?: boolean;
  username?: string;
  lockUsername?: boolean;
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit: (credentials: Credentials) => void;
}

const SHORTEST = 8;

/** A name and a password, as password managers expect them. What was typed stays when it is refused. */
export function AccountForm({
  fresh,
  username = '',
  lockUsername,
  submit,
  busy,
  error,
  onSubmit,
}: Props) {
  const { t } = useTranslation('account');
  const [name, setName] = useState(username);
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [tooShort, setTooShort] = useState(false);
  const said = wordsFor(error, fresh, t);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const short = Boolean(fresh) && [...password].length < SHORTEST;
        setTooShort(short);
        if (!short) onSubmit({ username: name.trim(), password });
      }}
    >
      <TextField
        label={t('form.username')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
        readOnly={lockUsername}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={said.username}
      />
      <div className={styles.password}>
        <TextField
          label={t('form.password')}
          name="password"
          type={shown ? 'text' : 'password'}
          autoComplete={fresh ? 'new-password' : 'current-password'}
          required
          value={password}
          onChange={(event) => {
            setPassword(event.target.value);
            setTooShort(false);
          }}
          hint={fresh ? t('form.passwordHint') : undefined}
          error={tooShort ? t('form.tooShort') : said.password}
        />
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={t('form.show')}
          pressed={shown}
          className={styles.eye}
          onClick={() => setShown(!shown)}
        />
      </div>
      {said.form && (
        <p role="alert" className={styles.error}>
          {said.form}
        </p>
      )}
      <Button type="submit" kind="main" busy={busy} className={styles.submit}>
        {submit}
      </Button>
    </form>
  );
}

interface Said {
  username?: string;
  password?: string;
  form?: string;
}

function wordsFor(error: unknown, fresh: boolean | undefined, t: TFunction<'account'>): Said {
  if (!error) return {};
  if (error instanceof OfflineError) return { form: t('form.offline') };
  if (error instanceof ApiError) {
    if (error.status === 401) return { form: t('form.wrong') };
    if (error.status === 403) return { form: fresh ? t('form.closed') : t('form.disabled') };
    if (error.status === 409) return { username: t('form.taken') };
    const field = error.errors[0]?.field;
    if (field === 'password') return { password: t('form.tooShort') };
    if (field === 'username') return { username: t('form.badName') };
  }
  return { form: troubleText(error) };
}
