import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { EmptyState } from '@/components/EmptyState';
import { FilmBox } from '@/components/FilmBox';
import { Menu, MenuItem } from '@/components/Menu';
import { Page } from '@/components/Page';
import { RowSkeletons } from '@/components/Skeleton';
import { say } from '@/lib/trouble';
import {
  listOptions,
  useChangeList,
  useMakeAgain,
  useRemoveList,
  type FilmList,
} from '../api/lists';
import { EditList } from './EditList';
import { Items } from './Items';

/** One list: its films in order, each with a word about why. */
export function ListPage({ listId }: { listId: string }) {
  const { t } = useTranslation('lists');
  const { data: list, error } = useQuery(listOptions(listId));
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState(false);
  const change = useChangeList(listId);
  if (error) throw error;
  if (!list) {
    return (
      <Page title={t('title')}>
        <RowSkeletons count={6} height="5.5rem" />
      </Page>
    );
  }
  const add = (
    <Button kind="main" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  );
  return (
    <Page
      title={list.name}
      lead={list.description || undefined}
      actions={
        <>
          {list.items.length > 0 && add}
          <More list={list} onEdit={() => setEditing(true)} />
        </>
      }
    >
      {list.items.length === 0 ? (
        <EmptyState title={t('bare.title')} action={add}>
          {t('bare.text')}
        </EmptyState>
      ) : (
        <Items list={list} />
      )}
      <Dialog open={adding} onOpenChange={setAdding} title={t('add')} quietTitle>
        <FilmBox
          onChoose={(film) => {
            setAdding(false);
            const known = list.items.some((item) => item.film.film_id === film.film_id);
            if (known) return say(t('known'));
            change.mutate({ do: 'put', film, note: '' });
          }}
        />
      </Dialog>
      {editing && <EditList list={list} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function More({ list, onEdit }: { list: FilmList; onEdit: () => void }) {
  const { t } = useTranslation('lists');
  const navigate = useNavigate();
  const remove = useRemoveList(list.list_id);
  const again = useMakeAgain();
  const takeAway = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        void navigate({ to: '/lists' });
        say(t('removed', { name: list.name }), () => again.mutate(list));
      },
    });
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={t('more')} />}>
      <MenuItem icon={Pencil} onSelect={onEdit}>
        {t('edit')}
      </MenuItem>
      <MenuItem icon={Trash2} danger onSelect={takeAway}>
        {t('remove')}
      </MenuItem>
    </Menu>
  );
}
