import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ListPlus } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Button, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { RowSkeletons } from '@/components/Skeleton';
import { keys } from '@/lib/queries/keys';
import { say, sayTrouble } from '@/lib/trouble';
import { listsOptions, useCreateList } from '../api/lists';
import styles from './AddToList.module.css';

interface Props {
  filmId: string;
}

interface Named {
  list_id: string;
  name: string;
}

/** From a film's page: put it on one of my lists, or on a new one. */
export function AddToList({ filmId }: Props) {
  const { t } = useTranslation('lists');
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        icon={ListPlus}
        label={t('put.title')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open && (
        <Dialog open onOpenChange={setOpen} title={t('put.title')}>
          <Choose filmId={filmId} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function Choose({ filmId, onDone }: Props & { onDone: () => void }) {
  const { t } = useTranslation('lists');
  const client = useQueryClient();
  const { data } = useQuery(listsOptions);
  const create = useCreateList();
  const [name, setName] = useState('');
  const change = useMutation({
    mutationFn: ({ list, away }: { list: Named; away?: boolean }) => {
      const items = `/lists/${encodeURIComponent(list.list_id)}/items`;
      return away
        ? api.delete(`${items}/${encodeURIComponent(filmId)}`)
        : api.post(items, { body: { film_id: filmId } });
    },
    onSuccess: (_list, { list, away }) => {
      void client.invalidateQueries({ queryKey: keys.lists });
      if (away) return;
      say(t('put.done', { name: list.name }), () => change.mutate({ list, away: true }));
    },
    onError: sayTrouble,
  });

  function put(list: Named): void {
    change.mutate({ list });
    onDone();
  }

  function make(event: FormEvent): void {
    event.preventDefault();
    create.mutate(name.trim(), { onSuccess: put });
  }

  return (
    <>
      {!data && <RowSkeletons count={3} height="2.75rem" />}
      <ul className={styles.lists}>
        {data?.items.map((list) => (
          <li key={list.list_id}>
            <button type="button" onClick={() => put(list)}>
              <span>{list.name}</span>
              <span className={styles.count}>{t('common:films', { count: list.count })}</span>
            </button>
          </li>
        ))}
      </ul>
      <form className={styles.make} onSubmit={make}>
        <TextField
          label={t('make')}
          placeholder={t('nameExample')}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button kind="main" type="submit" busy={create.isPending} disabled={!name.trim()}>
          {t('makeButton')}
        </Button>
      </form>
    </>
  );
}
