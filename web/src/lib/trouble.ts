import i18next from 'i18next';
import { ApiError, hasStatus, OfflineError } from '@/api/errors';
import { toast } from './toast';

/** What happened, in words a person can use. The server's own words where it gave some. */
export function troubleText(error: unknown): string {
  const t = (key: string) => i18next.t(`common:trouble.${key}`);
  if (error instanceof OfflineError) return t('offline');
  if (!(error instanceof ApiError)) return t('unknown');
  if (error.status === 412) return t('changedElsewhere');
  if (error.status === 429) return t('tooMany');
  if (error.status === 507) return t('diskFull');
  const field = error.errors[0];
  if (field) return [field.message, field.mend].filter(Boolean).join(': ');
  if (error.status >= 500) return t('server');
  return error.detail ?? error.message;
}

/** For a change that did not come through. */
export function sayTrouble(error: unknown): void {
  // The session has ended: the dialog over the page says so, and how to go on.
  if (hasStatus(error, 401)) return;
  const lost = error instanceof OfflineError;
  const text = lost ? i18next.t('common:trouble.offlineChange') : troubleText(error);
  toast(text, { tone: 'trouble' });
}

/** Say what was done, and offer to take it back. */
export function say(message: string, undo?: () => void): void {
  toast(message, undo && { action: { label: i18next.t('common:undo'), run: undo } });
}
