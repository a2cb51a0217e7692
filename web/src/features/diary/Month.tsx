import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import styles from './Diary.module.css';
import type { MonthOfRows } from './months';
import { Row } from './Row';

interface Props {
  month: MonthOfRows;
  counts: Record<string, Record<string, number>> | undefined;
}

export function Month({ month: { key, rows }, counts }: Props) {
  const { t } = useTranslation('diary');
  const format = useFormat();
  const [editing, setEditing] = useState<string | null>(null);
  const [year, month] = key.split('-');
  const count = (year && month && counts?.[year]?.[month]) || null;
  const name =
    key.length === 7 ? format.month(key) : key ? t('someTime', { year: key }) : t('undated');
  return (
    <section className={styles.month} aria-label={name}>
      <header className={styles.heading}>
        <h2>
          {key.length === 7 ? (
            <>
              {format.monthName(Number(month))} <span>{year}</span>
            </>
          ) : (
            name
          )}
        </h2>
        {count !== null && (
          <Link
            to="/library"
            search={{ watched_year: Number(year), watched_month: Number(month) }}
            className={styles.count}
          >
            {t('common:viewings', { count })}
          </Link>
        )}
      </header>
      <ol className={styles.rows}>
        {rows.map((row, at) => (
          <Row
            key={row.watch.watch_id}
            row={row}
            sameDay={at > 0 && row.watch.date !== '' && rows[at - 1]?.watch.date === row.watch.date}
            editing={editing === row.watch.watch_id}
            onEdit={(open) => setEditing(open ? row.watch.watch_id : null)}
          />
        ))}
      </ol>
    </section>
  );
}
