import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { useDecide } from '../api/imports';
import type { ImportRow, RowConflict } from '../model/types';
import { Value } from './Changes';
import styles from './rows.module.css';

interface Props {
  id: string;
  row: ImportRow;
  conflict: RowConflict;
}

/** Here one thing, there another: who is right? Until somebody says, what stands here stays. */
export function ConflictChoice({ id, row, conflict }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const decide = useDecide(id);
  const chosen = row.resolution ?? 'mine';
  return (
    <fieldset className={styles.sides}>
      <legend>{t(`field.${conflict.field}`, { defaultValue: conflict.field })}</legend>
      {(['mine', 'theirs'] as const).map((side) => (
        <label key={side} className={styles.side} data-chosen={chosen === side || undefined}>
          <input
            type="radio"
            name={`conflict-${row.row_id}`}
            checked={chosen === side}
            onChange={() => decide.mutate({ row, resolution: side })}
          />
          <span className={styles.sideName}>{t(`conflict.side.${side}`)}</span>
          <Value field={conflict.field} value={conflict[side]} t={t} format={format} />
        </label>
      ))}
    </fieldset>
  );
}
