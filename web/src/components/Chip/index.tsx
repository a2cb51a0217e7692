import { X } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { genreColour } from '@/lib/genres';
import styles from './Chip.module.css';

/** A filter in force, in human words; pressing it takes it away. */
export function FilterChip({ children, onRemove }: { children: ReactNode; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={`${styles.chip} ${styles.removable}`} onClick={onRemove}>
      {children}
      <X size={14} strokeWidth={2} aria-hidden />
      <span className="visually-hidden">, {t('remove')}</span>
    </button>
  );
}

/** One of several that may be pressed in. */
export function ToggleChip({
  pressed,
  onToggle,
  children,
}: {
  pressed: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className={styles.chip} aria-pressed={pressed} onClick={onToggle}>
      {children}
    </button>
  );
}

/** The genre's own colour beside its name: the only place that the colour is for. */
export function GenreMark({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.genre} style={{ '--genre': genreColour(id) } as CSSProperties}>
      {t(`genre.${id}`, { defaultValue: id })}
    </span>
  );
}
