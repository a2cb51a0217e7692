import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '@/components/Button';
import { downloads } from '@/lib/download';
import { useFormat } from '@/lib/format';
import { refreshEverything } from '../api/imports';
import type { Import, RowFilter } from '../model/types';
import { Account } from './Account';
import styles from './done.module.css';
import { Rows } from './Rows';
import { UndoButton } from './UndoButton';

interface Props {
  found: Import;
  show?: RowFilter;
  onShow: (show: RowFilter) => void;
}

/** Applied or taken back: what changed, the report, and the one button that undoes it. */
export function Done({ found, show, onShow }: Props) {
  const { t } = useTranslation('transfer');
  const client = useQueryClient();
  useEffect(() => {
    void refreshEverything(client, found.id);
  }, [client, found.id, found.status]);
  return found.status === 'applied' ? (
    <>
      <Account found={found} tense="applied" />
      <div className={styles.next}>
        <Link to="/stats" className={buttonClass('main')}>
          {t('done.statistics')}
        </Link>
        <UndoButton found={found} />
        <Report id={found.id} />
      </div>
      <p className={styles.note}>{t('done.undoNote')}</p>
      <Rows found={found} show={show} onShow={onShow} />
    </>
  ) : (
    <Undone found={found} />
  );
}

function Undone({ found }: { found: Import }) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  return (
    <>
      <p className={styles.undone}>{t('undone.text')}</p>
      {found.kept_back > 0 && (
        <p className={styles.note}>
          {t('undone.kept', { count: found.kept_back, shown: format.number(found.kept_back) })}
        </p>
      )}
      <div className={styles.next}>
        <Link to="/import" className={buttonClass('main')}>
          {t('another')}
        </Link>
        <Report id={found.id} />
      </div>
    </>
  );
}

function Report({ id }: { id: string }) {
  const { t } = useTranslation('transfer');
  return (
    <a
      {...downloads(`/api/imports/${encodeURIComponent(id)}/report?format=csv`)}
      className={buttonClass()}
    >
      <Download size={18} strokeWidth={1.75} aria-hidden />
      {t('done.report')}
    </a>
  );
}
