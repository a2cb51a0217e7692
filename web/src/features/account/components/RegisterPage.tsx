import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Door } from '@/components/Door';
import { AccountForm } from '@/components/Door/AccountForm';
import { useRegister } from '@/lib/queries/account';
import { setupOptions } from '@/lib/queries/session';
import styles from './account.module.css';

/** A place of one's own on this server, where its administrator lets people in. */
export function RegisterPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('account');
  const register = useRegister();
  const { data: setup } = useQuery(setupOptions);
  const closed = setup && !setup.registration_open && !setup.needs_setup;
  return (
    <Door
      title={closed ? t('register.closedTitle') : t('register.title')}
      lead={closed ? t('register.closed') : t('register.lead')}
    >
      {!closed && (
        <AccountForm
          fresh
          submit={t('register.button')}
          busy={register.isPending}
          error={register.error}
          onSubmit={(credentials) => register.mutate(credentials, { onSuccess: onDone })}
        />
      )}
      <p className={styles.other}>
        <Link to="/sign-in">{t('register.signIn')}</Link>
      </p>
    </Door>
  );
}
