import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { libraryHref } from './model/filters';
import { words } from './words';
import { makeNames } from './words/names';
import { type Lang, numberWords } from './words/numbers';

/** Words, numbers and names in the reader's language. */
export function useStatsWords() {
  const { i18n, t } = useTranslation('common');
  const lang: Lang = i18n.language === 'it' ? 'it' : 'en';
  return useMemo(
    () => ({
      lang,
      w: words(lang),
      n: numberWords(lang),
      names: makeNames(lang, (id) => t(`genre.${id}`, { defaultValue: id })),
      to: libraryHref,
    }),
    [lang, t],
  );
}
