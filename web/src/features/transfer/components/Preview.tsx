import { useTranslation } from 'react-i18next';
import { useNavigate } from '@tanstack/react-router';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import { say } from '@/lib/trouble';
import { useAct } from '../api/imports';
import { willChange } from '../model/preview';
import type { Import, RowFilter } from '../model/types';
import { Account } from './Account';
import styles from './preview.module.css';
import { Rows } from './Rows';

interface Props {
  found: Import;
  show?: RowFilter;
  onShow: (show?: RowFilter) => void;
}

/** What would happen, to the last row, before anything does. */
export function Preview({ found, show, onShow }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const navigate = useNavigate();
  const act = useAct(found.id);
  const count = willChange(found.counts);
  const discard = () =>
    act.mutate('discard', {
      onSuccess: () => {
        say(t('preview.discarded'));
        void navigate({ to: '/import' });
      },
    });
  return (
    <>
      <Account found={found} tense="preview" />
      <Rows found={found} show={show} onShow={onShow} />
      <div className={styles.decide}>
        <p>{t('preview.nothingYet')}</p>
        <div className={styles.buttons}>
          <Button kind="quiet" disabled={act.isPending} onClick={discard}>
            {t('preview.discard')}
          </Button>
          <Button
            kind="main"
            busy={act.isPending}
            onClick={() => act.mutate('apply', { onSuccess: () => onShow(undefined) })}
          >
            {count > 0
              ? t('preview.apply', { count, shown: format.number(count) })
              : t('preview.applyNothing')}
          </Button>
        </div>
      </div>
    </>
  );
}
