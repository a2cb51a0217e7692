/** Names of countries, languages and genres as the reader's language has them. */

import { formats } from '@/lib/format';

import type { Lang } from './numbers';
import type { Names } from './words';

/** What film catalogues mark as having no language. */
const WORDLESS: Record<Lang, string> = { it: 'Senza parole', en: 'Without words' };

/** `genre` translates a genre's id; countries and languages come from the format library. */
export function makeNames(lang: Lang, genre: (id: string) => string): Names {
  const { country, languageName } = formats(lang);
  return {
    genre,
    country,
    language: (code) => {
      if (code === 'xx' || code === 'zxx') return WORDLESS[lang];
      const name = languageName(code);
      return name.charAt(0).toLocaleUpperCase(lang) + name.slice(1);
    },
  };
}
