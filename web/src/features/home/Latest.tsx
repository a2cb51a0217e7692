import type { DiaryRow } from '@/api/types';
import { useTranslation } from 'react-i18next';
import { PosterCell } from '@/components/PosterGrid/PosterCell';
import { Rated } from '@/components/StarRating';
import { today, useFormat } from '@/lib/format';
import { yesterday } from '@/components/PartialDate';
import styles from './Home.module.css';

/** The last films, as they came. */
export function Latest({ rows }: { rows: DiaryRow[] }) {
  const { t } = useTranslation('home');
  const format = useFormat();
  const when = (date: string) => {
    if (date === today()) return t('common:date.today');
    if (date === yesterday()) return t('common:date.yesterday');
    return date.length === 10 ? format.dayOfMonth(date) : format.date(date);
  };
  return (
    <ul className={styles.latest}>
      {rows.map(({ watch, entry }) => (
        <li key={watch.watch_id}>
          <PosterCell film={entry.film}>
            <span>{when(watch.date)}</span>
            <Rated value={entry.rating} />
          </PosterCell>
        </li>
      ))}
    </ul>
  );
}
