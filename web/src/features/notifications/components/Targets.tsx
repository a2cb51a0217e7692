import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasStatus } from '@/api/errors';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { say, sayTrouble, troubleText } from '@/lib/trouble';
import {
  targetsOptions,
  useAddTarget,
  useRemoveTarget,
  useSwitchTarget,
  useTryTarget,
} from '../api/channels';
import styles from './channels.module.css';
import { Row } from './Row';

/** Messengers, mail, a phone: addresses in Apprise's way, never shown again in full. */
export function Targets() {
  const { t } = useTranslation('notifications');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const { data } = useQuery(targetsOptions);
  const add = useAddTarget();
  const attempt = useTryTarget();
  const turn = useSwitchTarget();
  const remove = useRemoveTarget();
  const refusal = hasStatus(add.error, 422)
    ? t('targets.refused')
    : hasStatus(add.error, 503)
      ? t('targets.missing')
      : troubleText(add.error);
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(
            { name: name.trim(), url: url.trim() },
            {
              onSuccess: () => {
                setName('');
                setUrl('');
              },
            },
          );
        }}
      >
        <TextField
          label={t('targets.name')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('targets.url')}
          placeholder="tgram://…"
          hint={t('targets.hint')}
          error={add.isError ? refusal : null}
          required
          autoComplete="off"
          spellCheck={false}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Button type="submit" busy={add.isPending}>
          {t('targets.add')}
        </Button>
      </form>
      {data && data.items.length > 0 && (
        <ul className={styles.rows}>
          {data.items.map((one) => (
            <Row
              key={one.target_id}
              name={one.name}
              detail={one.url}
              enabled={one.enabled}
              lastError={one.last_error}
              onTry={() =>
                attempt.mutate(one.target_id, {
                  onSuccess: ({ sent, error }) =>
                    say(sent ? t('channel.tried') : t('channel.failed', { error: error ?? '' })),
                  onError: sayTrouble,
                })
              }
              onSwitchOn={() =>
                turn.mutate({ id: one.target_id, enabled: true }, { onError: sayTrouble })
              }
              onRemove={() =>
                remove.mutate(one.target_id, {
                  onSuccess: () => say(t('channel.removed', { name: one.name })),
                  onError: sayTrouble,
                })
              }
            />
          ))}
        </ul>
      )}
    </>
  );
}
