import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Section } from '@/components/Page';
import { useFormat } from '@/lib/format';
import { importsOptions } from '../api/imports';
import { historyLine } from '../model/sentence';
import type { Import } from '../model/types';
import styles from './import.module.css';
import { UndoButton } from './UndoButton';

/** Every import, what became of it, and the way to take it back. */
export function History() {
  const { t } = useTranslation('transfer');
  const { data } = useQuery(importsOptions);
  const shown = data?.items.filter((found) => found.status !== 'discarded') ?? [];
  if (shown.length === 0) return null;
  return (
    <Section title={t('history.title')}>
      <table className={styles.history}>
        <thead>
          <tr>
            <th scope="col">{t('history.file')}</th>
            <th scope="col">{t('history.status')}</th>
            <th scope="col">{t('history.what')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('history.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((found) => (
            <Line key={found.id} found={found} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Line({ found }: { found: Import }) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const source = found.source === 'auto' ? '' : t(`source.${found.source}`);
  return (
    <tr>
      <td>
        <Link to="/import/$importId" params={{ importId: found.id }} className={styles.file}>
          {found.filename}
        </Link>
        <span className={styles.small}>{source}</span>
      </td>
      <td>
        {t(`status.${found.status}`)}
        <time className={styles.small} dateTime={found.created_at}>
          {format.instant(found.undone_at ?? found.applied_at ?? found.created_at)}
        </time>
      </td>
      <td>{historyLine(found, t, format)}</td>
      <td>
        {found.status === 'applied' && <UndoButton found={found} className={styles.rowButton} />}
      </td>
    </tr>
  );
}
