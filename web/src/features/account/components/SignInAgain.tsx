import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { AccountForm } from '@/components/Door/AccountForm';
import { setEnded } from '@/lib/ended';
import { useSignIn } from '@/lib/queries/account';
import { useMe } from '@/lib/queries/session';
import styles from './account.module.css';

/** The session has run out while somebody was at work: in again, over the page as it stands. */
export default function SignInAgain() {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const { data: me } = useMe();
  const signIn = useSignIn();
  const leave = () => {
    setEnded(false);
    client.clear();
    window.location.assign('/sign-in');
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && leave()}
      title={t('again.title')}
      description={t('again.text')}
    >
      <AccountForm
        username={me?.username}
        lockUsername={Boolean(me)}
        submit={t('again.button')}
        busy={signIn.isPending}
        error={signIn.error}
        onSubmit={(credentials) =>
          signIn.mutate(credentials, {
            onSuccess: () => {
              setEnded(false);
              void client.invalidateQueries();
            },
          })
        }
      />
      <Button kind="quiet" className={styles.leave} onClick={leave}>
        {t('again.leave')}
      </Button>
    </Dialog>
  );
}
