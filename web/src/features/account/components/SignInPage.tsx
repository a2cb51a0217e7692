import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Door } from '@/components/Door';
import { AccountForm } from '@/components/Door/AccountForm';
import { useSignIn } from '@/lib/queries/account';
import { setupOptions } from '@/lib/queries/session';
import styles from './account.module.css';

/** In again: back to the page that one wanted. */
export function SignInPage({ then, onDone }: { then?: string; onDone: () => void }) {
  const { t } = useTranslation('account');
  const signIn = useSignIn();
  const { data: setup } = useQuery(setupOptions);
  return (
    <Door
      title={t('signIn.title')}
      lead={then && then !== '/' ? t('signIn.back') : t('signIn.lead')}
    >
      <AccountForm
        submit={t('signIn.button')}
        busy={signIn.isPending}
        error={signIn.error}
        onSubmit={(credentials) => signIn.mutate(credentials, { onSuccess: onDone })}
      />
      {setup && (
        <p className={styles.other}>
          {setup.registration_open ? (
            <Link to="/register">{t('signIn.register')}</Link>
          ) : (
            t('signIn.closed')
          )}
        </p>
      )}
    </Door>
  );
}
