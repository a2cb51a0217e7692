import { useQuery } from '@tanstack/react-query';
import { Check, Copy, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { TextField } from '@/components/Field';
import { useFormat } from '@/lib/format';
import { say, sayTrouble } from '@/lib/trouble';
import { tokensOptions, useMakeToken, useRevokeToken, type MadeToken } from '../api/account';
import styles from './settings.module.css';

/** Keys for programs: made here, shown once, revoked at any time. */
export function Tokens() {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const [name, setName] = useState('');
  const [made, setMade] = useState<MadeToken | null>(null);
  const { data } = useQuery(tokensOptions);
  const make = useMakeToken();
  const revoke = useRevokeToken();
  return (
    <>
      <form
        className={styles.inline}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(name.trim(), {
            onSuccess: (token) => {
              setMade(token);
              setName('');
            },
            onError: sayTrouble,
          });
        }}
      >
        <TextField
          label={t('tokens.name')}
          placeholder={t('tokens.example')}
          required
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" busy={make.isPending}>
          {t('tokens.make')}
        </Button>
      </form>
      {made && <Shown made={made} onDone={() => setMade(null)} />}
      {data && data.items.length > 0 && (
        <ul className={styles.tokens}>
          {data.items.map((token) => (
            <li key={token.token_id}>
              <span>
                <b>{token.name}</b>
                <span className={styles.small}>
                  {t('tokens.made', { when: format.instant(token.created_at) })}
                  {' · '}
                  {token.last_used_at
                    ? t('tokens.used', { when: format.instant(token.last_used_at) })
                    : t('tokens.unused')}
                </span>
              </span>
              <IconButton
                icon={Trash2}
                label={t('tokens.revoke', { name: token.name })}
                onClick={() =>
                  revoke.mutate(token.token_id, {
                    onSuccess: () => {
                      if (made?.token_id === token.token_id) setMade(null);
                      say(t('tokens.revoked', { name: token.name }));
                    },
                    onError: sayTrouble,
                  })
                }
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Shown({ made, onDone }: { made: MadeToken; onDone: () => void }) {
  const { t } = useTranslation('settings');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.token);
      setCopied(true);
    } catch {
      say(t('tokens.byHand'));
    }
  };
  return (
    <div className={styles.shown} role="status">
      <p>{t('tokens.once', { name: made.name })}</p>
      <code>{made.token}</code>
      <div className={styles.buttons}>
        <Button kind="main" icon={copied ? Check : Copy} onClick={() => void copy()}>
          {copied ? t('tokens.copied') : t('tokens.copy')}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {t('tokens.kept')}
        </Button>
      </div>
    </div>
  );
}
