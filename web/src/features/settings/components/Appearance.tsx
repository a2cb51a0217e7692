import { useTranslation } from 'react-i18next';
import type { Language, Settings, Theme, TitleLanguage } from '@/api/types';
import { changeLanguage } from '@/lib/i18n';
import { useSaveSettings } from '@/lib/queries/session';
import { setTheme, useTheme } from '@/lib/theme';
import { sayTrouble } from '@/lib/trouble';
import { Choice } from './Choice';

const LANGUAGES = [
  { value: 'it', label: 'Italiano' },
  { value: 'en', label: 'English' },
] as const;
const THEMES: readonly Theme[] = ['light', 'dark', 'system'];
const TITLES: readonly TitleLanguage[] = ['interface', 'original', 'it', 'en'];
const STARTS = ['1', '7', '6'] as const;

/** Saved as it is chosen; seen at once. */
export function Appearance({ settings }: { settings: Settings }) {
  const { t, i18n } = useTranslation('settings');
  const { theme } = useTheme();
  const { mutate } = useSaveSettings();
  const save = (change: Partial<Settings>) => mutate(change, { onError: sayTrouble });
  return (
    <>
      <Choice
        label={t('look.language')}
        value={i18n.language as Language}
        options={LANGUAGES}
        onChange={(language) => {
          void changeLanguage(language);
          save({ language });
        }}
      />
      <Choice
        label={t('look.theme')}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(next) => {
          setTheme(next);
          save({ theme: next });
        }}
      />
      <Choice
        label={t('look.titles')}
        value={settings.title_language}
        options={TITLES.map((value) => ({ value, label: t(`titles.${value}`) }))}
        onChange={(title_language) => save({ title_language })}
      />
      <Choice
        label={t('look.week')}
        value={String(settings.week_start)}
        options={STARTS.map((value) => ({ value, label: t(`week.${value}`) }))}
        onChange={(day) => save({ week_start: Number(day) })}
      />
    </>
  );
}
