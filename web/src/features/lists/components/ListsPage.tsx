import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { EmptyState } from '@/components/EmptyState';
import { TextField } from '@/components/Field';
import { Page } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { RowSkeletons } from '@/components/Skeleton';
import { listsOptions, useCreateList, type ListSummary } from '../api/lists';
import styles from './lists.module.css';

/** All lists, each with its first films. */
export function ListsPage() {
  const { t } = useTranslation('lists');
  const { data, isPending } = useQuery(listsOptions);
  const [making, setMaking] = useState(false);
  const make = (
    <Button kind="main" icon={Plus} onClick={() => setMaking(true)}>
      {t('make')}
    </Button>
  );
  const some = data && data.items.length > 0;
  return (
    <Page title={t('title')} actions={some ? make : undefined}>
      {isPending && <RowSkeletons count={3} height="9rem" />}
      {data && !some && (
        <EmptyState title={t('empty.title')} action={make}>
          {t('empty.text')}
        </EmptyState>
      )}
      {some && (
        <ul className={styles.index}>
          {data.items.map((list) => (
            <Entry key={list.list_id} list={list} />
          ))}
        </ul>
      )}
      {making && <MakeDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Entry({ list }: { list: ListSummary }) {
  const { t } = useTranslation('lists');
  return (
    <li className={styles.entry}>
      <Link to="/lists/$listId" params={{ listId: list.list_id }} className={styles.entryLink}>
        <span className={styles.entryWords}>
          <h2>{list.name}</h2>
          <span className={styles.count}>{t('common:films', { count: list.count })}</span>
          {list.description && <span className={styles.about}>{list.description}</span>}
        </span>
        <span className={styles.strip} aria-hidden>
          {list.preview.map((film) => (
            <span key={film.film_id}>
              <Poster film={film} compact decorative />
            </span>
          ))}
        </span>
      </Link>
    </li>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('lists');
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useCreateList();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('make')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(name.trim(), {
            onSuccess: ({ list_id: listId }) =>
              void navigate({ to: '/lists/$listId', params: { listId } }),
          });
        }}
      >
        <TextField
          label={t('name')}
          placeholder={t('nameExample')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Actions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" kind="main" busy={create.isPending}>
            {t('makeButton')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
