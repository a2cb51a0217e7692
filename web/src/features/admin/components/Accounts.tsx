import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { CheckField } from '@/components/Field';
import { Menu, MenuItem } from '@/components/Menu';
import { useFormat } from '@/lib/format';
import { useMe } from '@/lib/queries/session';
import { say } from '@/lib/trouble';
import {
  accountsOptions,
  settingsOptions,
  useAdminister,
  useChangeSettings,
  type Account,
} from '../api/admin';
import styles from './admin.module.css';
import { EraseAccount } from './EraseAccount';

/** Who is here, and whether the door is open. */
export function Accounts() {
  const { t } = useTranslation('admin');
  const { data: settings } = useQuery(settingsOptions);
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(accountsOptions);
  const change = useChangeSettings();
  const [erasing, setErasing] = useState<Account | null>(null);
  const accounts = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={styles.stack}>
      {settings && (
        <div>
          <CheckField
            label={t('users.open')}
            checked={settings.registration_open}
            onChange={(registration_open) => change.mutate({ registration_open })}
          />
          <p className={styles.small}>
            {settings.registration_open ? t('users.openText') : t('users.closedText')}
          </p>
        </div>
      )}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('users.name')}</th>
            <th scope="col">{t('users.role')}</th>
            <th scope="col">{t('users.since')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('users.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <Line key={account.user_id} account={account} onErase={() => setErasing(account)} />
          ))}
        </tbody>
      </table>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('users.more')}
        </Button>
      )}
      {erasing && <EraseAccount account={erasing} onClose={() => setErasing(null)} />}
    </div>
  );
}

function Line({ account, onErase }: { account: Account; onErase: () => void }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const { data: me } = useMe();
  const administer = useAdminister();
  const mine = me?.user_id === account.user_id;
  const set = (to: { role?: Account['role']; disabled?: boolean }, said: string) => {
    const before = { role: account.role, disabled: account.disabled };
    administer.mutate(
      { id: account.user_id, ...to },
      {
        onSuccess: () => say(said, () => administer.mutate({ id: account.user_id, ...before })),
      },
    );
  };
  const name = account.username;
  return (
    <tr>
      <td>
        <b>{name}</b>
        {mine && <span className={styles.small}>{t('users.you')}</span>}
      </td>
      <td>
        {t(`role.${account.role}`)}
        {account.disabled && <span className={styles.small}>{t('users.disabled')}</span>}
      </td>
      <td>{format.date(account.created_at.slice(0, 10))}</td>
      <td className={styles.end}>
        {!mine && (
          <Menu trigger={<IconButton icon={Ellipsis} label={t('users.actionsOf', { name })} />}>
            {account.role === 'user' ? (
              <MenuItem
                onSelect={() => set({ role: 'administrator' }, t('users.promoted', { name }))}
              >
                {t('users.promote')}
              </MenuItem>
            ) : (
              <MenuItem onSelect={() => set({ role: 'user' }, t('users.demoted', { name }))}>
                {t('users.demote')}
              </MenuItem>
            )}
            <MenuItem
              onSelect={() =>
                set(
                  { disabled: !account.disabled },
                  t(account.disabled ? 'users.nowEnabled' : 'users.nowDisabled', { name }),
                )
              }
            >
              {t(account.disabled ? 'users.enable' : 'users.disable')}
            </MenuItem>
            <MenuItem danger onSelect={onErase}>
              {t('users.erase')}
            </MenuItem>
          </Menu>
        )}
      </td>
    </tr>
  );
}
