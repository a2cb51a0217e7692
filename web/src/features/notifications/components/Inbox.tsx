import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { useFormat } from '@/lib/format';
import { inboxOptions, useReadAll, type Notification } from '../api/notifications';
import { leadsTo, said } from '../model/said';
import styles from './Inbox.module.css';

interface Props {
  go: (path: string) => void;
  onClose: () => void;
}

/** What happened, newest first; to look at it is to have read it. */
export default function Inbox({ go, onClose }: Props) {
  const { t } = useTranslation('notifications');
  const inbox = useInfiniteQuery(inboxOptions);
  const { mutate: readAll } = useReadAll();
  const items = inbox.data?.pages.flatMap((page) => page.items) ?? [];
  // What is new keeps its mark while this is open: the list is not read anew until then.
  useEffect(() => () => readAll(), [readAll]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('title')}>
      {inbox.isError && <p role="alert">{t('trouble')}</p>}
      {inbox.isSuccess && items.length === 0 && <p className={styles.empty}>{t('empty')}</p>}
      <ul className={styles.list}>
        {items.map((item) => (
          <Told
            key={item.notification_id}
            item={item}
            go={(path) => {
              onClose();
              go(path);
            }}
          />
        ))}
      </ul>
      {inbox.hasNextPage && (
        <Actions>
          <Button busy={inbox.isFetchingNextPage} onClick={() => void inbox.fetchNextPage()}>
            {t('more')}
          </Button>
        </Actions>
      )}
    </Dialog>
  );
}

function Told({ item, go }: { item: Notification; go: (path: string) => void }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const { key, values } = said(item);
  const to = leadsTo(item);
  const text = t(`say.${key}`, values);
  return (
    <li data-unread={item.read_at === null || undefined}>
      {to ? (
        <a
          href={to}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go(to);
          }}
        >
          {text}
        </a>
      ) : (
        <span>{text}</span>
      )}
      {item.read_at === null && <span className="visually-hidden">{t('new')}</span>}
      <time dateTime={item.at}>{format.instant(item.at)}</time>
    </li>
  );
}
