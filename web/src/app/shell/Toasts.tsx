import { X } from 'lucide-react';
import { useRef, type FocusEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { dismiss, useToasts } from '@/lib/toast';
import styles from './Toasts.module.css';

/** Said in passing, to the eye and to the ear; with the way back where there is one. */
export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const before = useRef<HTMLElement>(null);
  const enter = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget))
      before.current = relatedTarget as HTMLElement | null;
  };
  /** Away, and the focus back where it was before. */
  const leave = (id: number) => {
    dismiss(id);
    before.current?.focus({ preventScroll: true });
  };
  return (
    <div className={styles.region} role="region" aria-label={t('said.region')} onFocus={enter}>
      <ol aria-live="polite" aria-relevant="additions">
        {toasts.map((toast) => (
          <li key={toast.id} className={styles.toast} data-tone={toast.tone}>
            <span>{toast.message}</span>
            {toast.action && (
              <button
                type="button"
                className={styles.action}
                onClick={() => {
                  toast.action?.run();
                  leave(toast.id);
                }}
              >
                {toast.action.label}
              </button>
            )}
            <button
              type="button"
              className={styles.close}
              aria-label={t('close')}
              onClick={() => leave(toast.id)}
            >
              <X size={16} strokeWidth={1.75} aria-hidden />
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
