import { UserRound } from 'lucide-react';
import { lazy, Suspense, useState, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/lib/queries/session';
import styles from './Account.module.css';

const load = () => import('./AccountMenu');
const AccountMenu = lazy(load);

/** My name; its menu is fetched when a hand comes near. */
export function Account() {
  const [wanted, setWanted] = useState(false);
  if (!wanted) {
    return (
      <Name
        aria-haspopup="menu"
        aria-expanded={false}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setWanted(true)}
      />
    );
  }
  return (
    <Suspense fallback={<Name aria-busy />}>
      <AccountMenu trigger={<Name />} />
    </Suspense>
  );
}

function Name(props: ComponentProps<'button'>) {
  const { t } = useTranslation('shell');
  const { data: me } = useMe();
  if (!me) return null;
  return (
    <button
      type="button"
      {...props}
      className={styles.account}
      aria-label={t('account', { name: me.username })}
    >
      <UserRound size={18} strokeWidth={1.75} aria-hidden />
      <span aria-hidden>{me.username}</span>
    </button>
  );
}
