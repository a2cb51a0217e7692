import { useTranslation } from 'react-i18next';
import { type Formats, useFormat } from '@/lib/format';
import type { T } from '../model/log';
import type { Group } from '../model/types';

const MOST = 3;
const TELLING = ['genre', 'director', 'actor', 'era'];

/** What a group has more of than all, in words: "Horror · 1980s". */
export function useGroupName(): (group: Group) => string {
  const { t } = useTranslation('ml');
  const format = useFormat();
  return (group) =>
    group.features
      .filter(([kind]) => TELLING.includes(kind))
      .sort(([a], [b]) => Number(a === 'era') - Number(b === 'era'))
      .slice(0, MOST)
      .map((feature) => featureWords(feature, t, format))
      .join(' · ') || t('clusters.everything');
}

/** A genre or a decade in the reader's language; anything else by its name. */
export function featureWords(
  [kind, name]: Group['features'][number],
  t: T,
  format: Formats,
): string {
  if (kind === 'genre') return t(`common:genre.${name}`, { defaultValue: name });
  if (kind === 'country') return format.country(name);
  if (kind === 'language') return format.languageName(name);
  const decade = /^(\d{4})s?$/.exec(name)?.[1];
  return decade ? t('common:decade', { decade }) : name;
}
