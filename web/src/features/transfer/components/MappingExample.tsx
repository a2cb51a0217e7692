import { useTranslation } from 'react-i18next';
import { Rated } from '@/components/StarRating';
import { useFormat } from '@/lib/format';
import { dateOf, ordersOf, samples, starsOf, type DateOrder, type Mapping } from '../model/mapping';
import type { MappingQuestion } from '../model/types';
import styles from './mapping.module.css';

/** The first lines as we would read them: a wrong column is seen before it is believed. */
export function MappingExample({
  question,
  mapping,
}: {
  question: MappingQuestion;
  mapping: Mapping;
}) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const place = (column?: string) => (column ? question.columns.indexOf(column) : -1);
  const cell = (row: string[], column?: string) => row[place(column)]?.trim() ?? '';
  const orders = mapping.date ? ordersOf(samples(question, mapping.date)) : [];
  const order = (mapping.date_order ??
    (orders.length === 1 ? orders[0] : null)) as DateOrder | null;
  const scale = Number(mapping.rating_scale ?? 5);
  return (
    <section className={styles.example} aria-labelledby="example-title">
      <h2 id="example-title">{t('mapping.example')}</h2>
      <ul>
        {question.sample.slice(0, 4).map((row, at) => {
          const rating = cell(row, mapping.rating);
          const date = cell(row, mapping.date);
          const day = date && order ? dateOf(date, order) : null;
          return (
            <li key={at}>
              <b>{cell(row, mapping.title) || cell(row, mapping.imdb_id) || t('row.untitled')}</b>
              <span>{cell(row, mapping.year)}</span>
              <Rated value={starsOf(rating, scale)} />
              {date && <span>{day ? format.date(day) : date}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
