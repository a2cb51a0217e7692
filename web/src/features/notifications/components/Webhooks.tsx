import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasStatus } from '@/api/errors';
import { Button } from '@/components/Button';
import { CheckField, TextField } from '@/components/Field';
import { say, sayTrouble, troubleText } from '@/lib/trouble';
import {
  HOOKS,
  useAddWebhook,
  useRemoveWebhook,
  useSwitchWebhook,
  useTryWebhook,
  webhooksOptions,
  type Hook,
} from '../api/channels';
import styles from './channels.module.css';
import { Row } from './Row';

/** Programs that are called, signed, when something happens. */
export function Webhooks() {
  const { t } = useTranslation('notifications');
  const { data } = useQuery(webhooksOptions);
  const attempt = useTryWebhook();
  const turn = useSwitchWebhook();
  const remove = useRemoveWebhook();
  return (
    <>
      <NewWebhook />
      {data && data.items.length > 0 && (
        <ul className={styles.rows}>
          {data.items.map((one) => (
            <Row
              key={one.webhook_id}
              name={one.url}
              detail={one.kinds
                .map((kind) => t(`webhooks.kind.${kind.replace('.', '_')}`))
                .join(', ')}
              enabled={one.enabled}
              lastError={one.last_error}
              onTry={() =>
                attempt.mutate(one.webhook_id, {
                  onSuccess: () => say(t('webhooks.tried')),
                  onError: sayTrouble,
                })
              }
              onSwitchOn={() =>
                turn.mutate({ id: one.webhook_id, enabled: true }, { onError: sayTrouble })
              }
              onRemove={() =>
                remove.mutate(one.webhook_id, {
                  onSuccess: () => say(t('channel.removed', { name: one.url })),
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

function NewWebhook() {
  const { t } = useTranslation('notifications');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<readonly Hook[]>(['film.added', 'film.rated']);
  const add = useAddWebhook();
  const refusal = hasStatus(add.error, 422) ? t('webhooks.refused') : troubleText(add.error);
  const wanted = HOOKS.filter((kind) => kinds.includes(kind));
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ url: url.trim(), kinds: wanted }, { onSuccess: () => setUrl('') });
        }}
      >
        <TextField
          label={t('webhooks.url')}
          type="url"
          placeholder="https://"
          error={add.isError ? refusal : null}
          required
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <fieldset className={styles.kinds}>
          <legend>{t('webhooks.when')}</legend>
          {HOOKS.map((kind) => (
            <CheckField
              key={kind}
              label={t(`webhooks.kind.${kind.replace('.', '_')}`)}
              checked={kinds.includes(kind)}
              onChange={(on) =>
                setKinds(on ? [...kinds, kind] : kinds.filter((other) => other !== kind))
              }
            />
          ))}
        </fieldset>
        <Button type="submit" busy={add.isPending} disabled={add.isPending || !wanted.length}>
          {t('webhooks.add')}
        </Button>
      </form>
      {add.data && (
        <div className={styles.shown} role="status">
          <p>{t('webhooks.once')}</p>
          <code>{add.data.secret}</code>
          <Button kind="quiet" onClick={add.reset}>
            {t('webhooks.kept')}
          </Button>
        </div>
      )}
    </>
  );
}
