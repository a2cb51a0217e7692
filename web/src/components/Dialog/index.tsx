import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../Button';
import styles from './Dialog.module.css';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** The title is for the ear alone. */
  quietTitle?: boolean;
  description?: string;
  wide?: boolean;
  /** For a dialog whose opener is gone when it closes. */
  onCloseAutoFocus?: (event: Event) => void;
  children: ReactNode;
}

/** A sheet over the page: in the middle on a desk, from below on a phone. */
export function Dialog({
  open,
  onOpenChange,
  title,
  quietTitle,
  description,
  wide,
  onCloseAutoFocus,
  children,
}: Props) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={styles.shade} />
        <Radix.Content
          className={`${styles.sheet} ${wide ? styles.wide : ''}`}
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className={quietTitle ? 'visually-hidden' : styles.head}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            {!quietTitle && (
              <Radix.Close asChild>
                <IconButton icon={X} label={t('close')} />
              </Radix.Close>
            )}
          </header>
          {description && (
            <Radix.Description className={styles.description}>{description}</Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at the foot of a dialog or form: the main one last. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
