import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Download, FlaskConical, LogOut, Settings, ShieldCheck, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Language, Theme } from '@/api/types';
import { Menu, MenuChoices, MenuItem, MenuLine } from '@/components/Menu';
import { forgetRead } from '@/lib/forget';
import { changeLanguage } from '@/lib/i18n';
import { useMe, useSaveSettings } from '@/lib/queries/session';
import { setTheme, useTheme } from '@/lib/theme';
import { sayTrouble } from '@/lib/trouble';

const THEMES: readonly Theme[] = ['light', 'dark', 'system'];
const LANGUAGES: readonly { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'it', label: 'Italiano' },
];

/** What opens behind the name. */
export default function AccountMenu({ trigger }: { trigger: ReactNode }) {
  const { t, i18n } = useTranslation('shell');
  const navigate = useNavigate();
  const client = useQueryClient();
  const { theme } = useTheme();
  const { data: me } = useMe();
  const { mutate: save } = useSaveSettings();
  if (!me) return null;

  async function signOut(): Promise<void> {
    try {
      await api.post('/auth/logout');
    } catch (error) {
      return sayTrouble(error);
    }
    client.clear();
    await forgetRead();
    await navigate({ to: '/sign-in' });
  }

  return (
    <Menu defaultOpen trigger={trigger}>
      <MenuItem icon={Upload} onSelect={() => void navigate({ to: '/import' })}>
        {t('import')}
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => void navigate({ to: '/export' })}>
        {t('export')}
      </MenuItem>
      <MenuItem icon={Settings} onSelect={() => void navigate({ to: '/settings' })}>
        {t('settings')}
      </MenuItem>
      {me.role === 'administrator' && (
        <>
          <MenuItem icon={ShieldCheck} onSelect={() => void navigate({ to: '/administration' })}>
            {t('administration')}
          </MenuItem>
          <MenuItem icon={FlaskConical} onSelect={() => void navigate({ to: '/ml-dashboard' })}>
            {t('recommender')}
          </MenuItem>
        </>
      )}
      <MenuLine />
      <MenuChoices
        label={t('theme.label')}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(value) => {
          setTheme(value);
          save({ theme: value });
        }}
      />
      <MenuChoices
        label={t('language')}
        value={i18n.language as Language}
        options={LANGUAGES}
        onChange={(value) => {
          void changeLanguage(value);
          save({ language: value });
        }}
      />
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t('signOut')}
      </MenuItem>
    </Menu>
  );
}
