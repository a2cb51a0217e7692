import { Send, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import styles from './channels.module.css';

interface Props {
  name: string;
  detail: string;
  enabled: boolean;
  lastError: string | null;
  onTry: () => void;
  onSwitchOn: () => void;
  onRemove: () => void;
}

/** One way outside: how it is, a test, and the way out. */
export function Row({ name, detail, enabled, lastError, onTry, onSwitchOn, onRemove }: Props) {
  const { t } = useTranslation('notifications');
  const failing = lastError ? t('channel.failing', { error: lastError }) : null;
  const off = lastError ? t('channel.off', { error: lastError }) : t('channel.offByHand');
  const state = enabled ? failing : off;
  return (
    <li data-off={!enabled || undefined}>
      <span>
        <b>{name}</b>
        <span className={styles.small}>{detail}</span>
        {state && (
          <span className={styles.small} role="status">
            {state}
          </span>
        )}
      </span>
      {enabled ? (
        <IconButton icon={Send} label={t('channel.try', { name })} onClick={onTry} />
      ) : (
        <Button onClick={onSwitchOn}>{t('channel.on')}</Button>
      )}
      <IconButton icon={Trash2} label={t('channel.remove', { name })} onClick={onRemove} />
    </li>
  );
}
