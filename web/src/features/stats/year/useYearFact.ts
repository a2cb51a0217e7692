import { useTranslation } from 'react-i18next';

import { useFormat } from '@/lib/format';

import { useStatsWords } from '../useStatsWords';
import { capital } from '../words/words';
import type { YearFact } from './facts';

/** A fact as its large words and its small ones. */
export function useYearFact() {
  const { t } = useTranslation('stats');
  const { w, n, names } = useStatsWords();
  const format = useFormat();
  return (fact: YearFact): { label: string; value: string; note: string } => {
    const label = t(`year.fact.${fact.key}`);
    switch (fact.kind) {
      case 'film':
        return {
          label,
          value: fact.film ? format.title(fact.film) : '',
          note: fact.film?.directors.map((each) => each.name).join(', ') ?? '',
        };
      case 'person':
        return { label, value: fact.name, note: w.films(fact.films) };
      case 'genre':
        return { label, value: names.genre(fact.genre), note: w.films(fact.films) };
      case 'month':
        return { label, value: capital(n.month(fact.month)), note: w.viewings(fact.viewings) };
      case 'day':
        return {
          label,
          value: n.date(fact.day).replace(/ \d{4}$/, ''),
          note: w.viewings(fact.viewings),
        };
      case 'days':
        return {
          label,
          value: t('streak.days', { count: fact.days }),
          note: t('year.note.streak'),
        };
      case 'count':
        return {
          label,
          value: n.whole(fact.count),
          note: t(`year.note.${fact.key}`, { count: fact.count }),
        };
    }
  };
}
