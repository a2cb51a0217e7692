import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import type { Fact, StarsTerm, Suggestion, Term } from '@/lib/queries/recommendations';
import type { Line } from '../model/account';
import { halves, place, within } from '../model/words';

const MINUS = '−';

/** How this room says stars, places, intervals, facts and lines of an account. */
export function useWords() {
  const { t, i18n } = useTranslation('recommendations');
  const format = useFormat();
  const language = i18n.language;
  return useMemo(() => {
    const stars = (value: number) => t('stars', { count: Math.ceil(value), shown: halves(value) });
    const figure = (value: number, digits: number, signed = false) =>
      new Intl.NumberFormat(format.locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: signed ? 'exceptZero' : 'negative',
      })
        .format(value)
        .replace('-', MINUS);
    const fact = ({ kind, name }: Fact) => {
      if (kind === 'genre') return t(`common:genre.${name}`, { defaultValue: name });
      if (kind === 'country') return format.country(name);
      if (kind === 'language') return format.languageName(name);
      if (kind === 'era') return t('era', { year: name });
      return name;
    };
    const titled = <T extends Term | StarsTerm>(term: T): T =>
      term.film_id
        ? {
            ...term,
            label: format.title({ title_en: null, title_it: null, ...term, title: term.label }),
          }
        : term;
    const line = ({ kind, label, stars: given, model, count }: Line) => {
      if (kind === 'rating') {
        const what = given === null ? t('line.unrated') : stars(given);
        return t('line.rating', { title: label, stars: what });
      }
      if (kind === 'base') return t(`base.${model ?? 'popularity'}`);
      if (kind === 'rest') return t('line.rest', { count });
      return t(`line.${kind}`);
    };
    return {
      t,
      format,
      stars,
      figure,
      fact,
      line,
      /** A suggestion whose evidence goes by the titles that the reader asked for. */
      titled: (item: Suggestion): Suggestion => ({
        ...item,
        terms: item.terms.map(titled),
        stars_terms: item.stars_terms.map(titled),
      }),
      place: (count: number) => place(count, language),
      /** "between 3½ and 4½, four times in five". */
      interval: ({ interval, predicted_rating }: Suggestion) => {
        const [low, high] = within(interval) ?? [predicted_rating, predicted_rating];
        if (low === high) return t('interval.one', { stars: stars(low) });
        return t('interval.two', { low: halves(low), high: halves(high) });
      },
    };
  }, [t, format, language]);
}

export type Words = ReturnType<typeof useWords>;
