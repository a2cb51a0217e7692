import { hasStatus } from '@/api/errors';
import { troubleText } from '@/lib/trouble';
import type { T } from './log';

/** Why a job was not begun, and when one may ask again. */
export function refusal(error: unknown, t: T): string {
  if (hasStatus(error, 409)) return t('refused.running');
  if (!hasStatus(error, 429)) return troubleText(error);
  const seconds = Math.ceil(error.retryAfter ?? 60);
  if (seconds < 90) return t('refused.seconds', { count: seconds });
  return t('refused.minutes', { count: Math.ceil(seconds / 60) });
}
