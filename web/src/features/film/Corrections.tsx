import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Film } from '@/api/types';
import { useFormat } from '@/lib/format';
import { keys } from '@/lib/queries/keys';
import styles from './EditFilm.module.css';

interface Correction {
  correction_id: number;
  changed_at: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

function written(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.map(written).join(', ') || '–';
  if (typeof value === 'object' && 'name' in value) return String(value.name);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was corrected before, newest first. */
export function Corrections({ film }: { film: Film }) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const { data } = useQuery({
    queryKey: [...keys.film(film.film_id), 'history', film.version],
    queryFn: ({ signal }) =>
      api.get<{ items: Correction[] }>(`/films/${film.film_id}/history`, { signal }),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className={styles.history}>
      <h3>{t('edit.history')}</h3>
      <ul>
        {data.items.map((correction) => (
          <li key={correction.correction_id}>
            <time dateTime={correction.changed_at}>{format.instant(correction.changed_at)}</time>
            <div>
              {Object.keys(correction.after)
                .filter(
                  (name) => written(correction.before[name]) !== written(correction.after[name]),
                )
                .map((name) => (
                  <p key={name}>
                    {t(`form.${name}`, { defaultValue: name })}:{' '}
                    <span className={styles.from}>{written(correction.before[name])}</span>{' '}
                    {written(correction.after[name])}
                  </p>
                ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
