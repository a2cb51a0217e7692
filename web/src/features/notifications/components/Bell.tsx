import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell as Icon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStream } from '@/api/stream';
import { unreadOptions } from '../api/notifications';
import styles from './Bell.module.css';

const load = () => import('./Inbox');
const Inbox = lazy(load);

/** How many wait to be read; the inbox is fetched when a hand comes near. */
export function Bell({ go }: { go: (path: string) => void }) {
  const { t } = useTranslation('notifications');
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const { data } = useQuery(unreadOptions);
  useStream('notification', () => {
    void client.invalidateQueries({ queryKey: unreadOptions.queryKey });
  });
  const unread = data?.unread ?? 0;
  return (
    <>
      <button
        type="button"
        className={styles.bell}
        aria-haspopup="dialog"
        aria-label={unread ? t('bell.unread', { count: unread }) : t('bell.none')}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpen(true)}
      >
        <Icon size={18} strokeWidth={1.75} aria-hidden />
        <span aria-hidden>{t('title')}</span>
        {unread > 0 && (
          <b className={styles.count} aria-hidden>
            {unread > 99 ? '99+' : unread}
          </b>
        )}
      </button>
      {open && (
        <Suspense>
          <Inbox go={go} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
