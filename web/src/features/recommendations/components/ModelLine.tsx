import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import type { Suggestions } from '@/lib/queries/recommendations';
import styles from './list.module.css';

/** What answered, since when, learnt from whom; and what was left out. */
export function ModelLine({ list }: { list: Suggestions }) {
  const { t } = useTranslation('recommendations');
  const format = useFormat();
  const { model, left_out: out } = list;
  const left = (['muted', 'not_interested', 'resting', 'filtered'] as const)
    .filter((reason) => (out[reason] ?? 0) > 0)
    .map((reason) => t(`leftOut.${reason}`, { count: out[reason] }));
  return (
    <p className={styles.note}>
      {model.fallback || !model.source
        ? t('model.fallback')
        : t(`model.${model.source}`, {
            day: model.trained_at ? format.date(model.trained_at.slice(0, 10)) : '',
          })}{' '}
      {model.new_films > 0 && `${t('model.newFilms', { count: model.new_films })} `}
      {left.length > 0 && t('leftOut.all', { reasons: format.list(left) })}
    </p>
  );
}
