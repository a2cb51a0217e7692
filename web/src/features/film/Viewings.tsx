import { Pencil, Plus, Repeat } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, Film } from '@/api/types';
import { Button, IconButton } from '@/components/Button';
import { Section } from '@/components/Page';
import { WatchEditor } from '@/components/WatchEditor';
import { useFormat } from '@/lib/format';
import { useEntryActions } from '@/lib/library/actions';
import { logFilm } from '@/lib/shell';
import styles from './Viewings.module.css';

/** When and where I saw it. */
export function Viewings({ film, entry }: { film: Film; entry: Entry | null }) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const actions = useEntryActions();
  const [editing, setEditing] = useState<string | null>(null);
  const watches = entry?.watches ?? [];
  return (
    <Section
      title={t('viewings.title')}
      aside={
        watches.length > 0 && (
          <Button kind="quiet" icon={Plus} onClick={() => logFilm(film)}>
            {t('viewings.add')}
          </Button>
        )
      }
    >
      {watches.length === 0 && <p className={styles.none}>{t('viewings.none')}</p>}
      <ul className={styles.list}>
        {watches.map((watch) => (
          <li key={watch.watch_id}>
            {editing === watch.watch_id ? (
              <WatchEditor
                watch={watch}
                onCancel={() => setEditing(null)}
                onSave={(change) => {
                  actions.editWatch(film, watch.watch_id, change);
                  setEditing(null);
                }}
                onRemove={() => {
                  actions.removeWatch(film, watch.watch_id);
                  setEditing(null);
                }}
              />
            ) : (
              <div className={styles.watch}>
                <span className={styles.date}>
                  {format.date(watch.date) || t('common:date.unknown')}
                </span>
                <span className={styles.place}>
                  {watch.context && t(`common:place.${watch.context}`)}
                  {watch.rewatch && (
                    <span className={styles.again}>
                      <Repeat size={16} strokeWidth={1.75} aria-hidden />
                      {t('viewings.again')}
                    </span>
                  )}
                </span>
                <IconButton
                  icon={Pencil}
                  label={t('viewings.edit', {
                    date: format.date(watch.date) || t('common:date.unknown'),
                  })}
                  onClick={() => setEditing(watch.watch_id)}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
