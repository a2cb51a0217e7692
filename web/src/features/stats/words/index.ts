import { en } from './en';
import { it } from './it';
import type { Lang } from './numbers';
import type { Words } from './words';

/** The statistics' words in one language. */
export function words(lang: Lang): Words {
  return lang === 'it' ? it : en;
}
