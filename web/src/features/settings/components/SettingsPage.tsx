import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '@/components/Button';
import { Page } from '@/components/Page';
import { Part } from '@/components/Part';
import { useMe } from '@/lib/queries/session';
import { Appearance } from './Appearance';
import { Farewell } from './Farewell';
import { PasswordForm } from './PasswordForm';
import { Tokens } from './Tokens';

/** How things look and read, who may come in, and the way out. */
export function SettingsPage({ children }: { children?: ReactNode }) {
  const { t } = useTranslation('settings');
  const { data: me } = useMe();
  if (!me) return null;
  return (
    <Page title={t('title')} lead={t('lead', { name: me.username })}>
      <Part title={t('look.title')} text={t('look.text')}>
        <Appearance settings={me.settings} />
      </Part>
      <Part title={t('password.title')} text={t('password.text')}>
        <PasswordForm username={me.username} />
      </Part>
      <Part title={t('tokens.title')} text={t('tokens.text')}>
        <Tokens />
      </Part>
      {children}
      <Part title={t('export.title')} text={t('export.text')}>
        <Link to="/export" className={buttonClass()}>
          {t('export.button')}
        </Link>
      </Part>
      <Part title={t('farewell.title')} text={t('farewell.text')}>
        <Farewell username={me.username} />
      </Part>
    </Page>
  );
}
