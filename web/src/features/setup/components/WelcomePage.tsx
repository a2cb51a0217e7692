import { useTranslation } from 'react-i18next';
import { Door } from '@/components/Door';
import { AccountForm } from '@/components/Door/AccountForm';
import { useRegister } from '@/lib/queries/account';
import { useMe, useSaveSettings } from '@/lib/queries/session';
import type { Language } from '@/api/types';
import { FirstFilms } from './FirstFilms';
import { Ways } from './Ways';

export type Step = 'ways' | 'films';

interface Props {
  step?: Step;
  onStep: (step: Step) => void;
}

/** The first visit: who you are, then how to begin. */
export function WelcomePage({ step, onStep }: Props) {
  const { t, i18n } = useTranslation('setup');
  const { data: me } = useMe();
  const register = useRegister();
  const save = useSaveSettings();
  if (!me) {
    return (
      <Door title={t('account.title')} lead={t('account.lead')} step={t('step', { at: 1 })}>
        <AccountForm
          fresh
          submit={t('account.button')}
          busy={register.isPending}
          error={register.error}
          onSubmit={(credentials) =>
            register.mutate(credentials, {
              onSuccess: () => {
                save.mutate({ language: i18n.language as Language });
                onStep('ways');
              },
            })
          }
        />
      </Door>
    );
  }
  if (step === 'films') {
    return (
      <Door title={t('films.title')} lead={t('films.lead')} step={t('step', { at: 2 })} wide>
        <FirstFilms />
      </Door>
    );
  }
  return (
    <Door
      title={t('ways.title', { name: me.username })}
      lead={t('ways.lead')}
      step={t('step', { at: 2 })}
    >
      <Ways onFilms={() => onStep('films')} />
    </Door>
  );
}
