import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useDecideConflicts } from '../api/imports';
import styles from './rows.module.css';

/** One word for all of them. */
export function ConflictsAtOnce({ id }: { id: string }) {
  const { t } = useTranslation('transfer');
  const all = useDecideConflicts(id);
  return (
    <div className={styles.atOnce} role="group" aria-label={t('conflict.all')}>
      <span>{t('conflict.all')}</span>
      {(['mine', 'theirs'] as const).map((side) => (
        <Button
          key={side}
          busy={all.isPending && all.variables === side}
          disabled={all.isPending}
          onClick={() => all.mutate(side)}
        >
          {t(`conflict.${side}`)}
        </Button>
      ))}
    </div>
  );
}
