import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@/api/types';

const bundles = { en: () => import('./en'), it: () => import('./it') };

/** What the person chose here last, or what the machine speaks. */
export function currentLanguage(): Language {
  return document.documentElement.lang === 'it' ? 'it' : 'en';
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'common')) return;
  const { default: texts } = await bundles[language]();
  for (const [namespace, words] of Object.entries(texts)) {
    i18next.addResourceBundle(language, namespace, words);
  }
}

export async function startI18n(language = currentLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    showSupportNotice: false,
    defaultNS: 'common',
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(language);
  await i18next.changeLanguage(language);
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  document.documentElement.lang = language;
  localStorage.setItem('cm.language', language);
  await i18next.changeLanguage(language);
}
