import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { countOf, tabs } from '../model/preview';
import type { Import, RowFilter } from '../model/types';
import { ConflictsAtOnce } from './ConflictsAtOnce';
import { RowList } from './RowList';
import styles from './rows.module.css';

interface Props {
  found: Import;
  show?: RowFilter;
  onShow: (show: RowFilter) => void;
}

/** The rows behind the bar, one outcome at a time. */
export function Rows({ found, show, onShow }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const names = tabs(found);
  // Where the last row in doubt has just been settled, one stays to see it.
  const chosen = show ?? names[0];
  if (!chosen) return null;
  const shown = names.includes(chosen) ? names : [chosen, ...names];
  const open = found.status === 'preview';
  return (
    <section aria-labelledby="rows-title">
      <h2 id="rows-title" className="visually-hidden">
        {t('rows.title')}
      </h2>
      <nav className={styles.tabs} aria-label={t('rows.title')}>
        {shown.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.tab}
            aria-current={name === chosen || undefined}
            onClick={() => onShow(name)}
          >
            <span className={styles.swatch} data-outcome={name} aria-hidden />
            {t(`outcome.${name}`)}
            <span className={styles.count}>{format.number(countOf(found, name))}</span>
          </button>
        ))}
      </nav>
      <p className={styles.about}>{t(`about.${chosen}`)}</p>
      {open && chosen === 'conflict' && <ConflictsAtOnce id={found.id} />}
      <RowList key={chosen} id={found.id} filter={chosen} open={open} />
    </section>
  );
}
