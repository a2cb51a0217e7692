import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/lib/queries/session';
import { formats, type Formats } from './format';

/** Numbers, dates, names and titles, as this person reads them. */
export function useFormat(): Formats {
  const { i18n } = useTranslation();
  const language = i18n.language === 'it' ? 'it' : 'en';
  const chosen = useMe().data?.settings.title_language ?? 'interface';
  const titles = chosen === 'interface' ? language : chosen;
  return useMemo(() => formats(language, titles), [language, titles]);
}
