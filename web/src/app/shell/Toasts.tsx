import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { dismiss, useToasts } from '@/lib/toast';
import styles from './Toasts.module.css';

/** Said in passing, to the eye and to the ear; with the way back where there is one. */
export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  return (
    <div className={styles.region} role="region" aria-label={t('said.region')}>
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
                  dismiss(toast.id);
                }}
              >
                {toast.action.label}
              </button>
            )}
            <button
              type="button"
              className={styles.close}
              aria-label={t('close')}
              onClick={() => dismiss(toast.id)}
            >
              <X size={16} strokeWidth={1.75} aria-hidden />
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
