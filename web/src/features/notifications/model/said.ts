import type { Notification } from '../api/notifications';

interface Said {
  /** Key in the namespace `notifications`, after `say.`. */
  key: string;
  values: Record<string, string | number>;
}

/** Which words a notification has, and what stands in them. */
export function said({ kind, data }: Notification): Said {
  const { counts = {}, value = 0, title = '', name = '', reason = '', filename = '' } = data;
  switch (kind) {
    case 'first_film':
      return { key: 'first_film', values: { title } };
    case 'milestone':
      return { key: data.what === 'hours' ? 'hours' : 'films', values: { count: value } };
    case 'import_finished':
      return { key: 'import_finished', values: { filename, count: counts['added'] ?? 0 } };
    case 'channel_disabled':
      return { key: 'channel_disabled', values: { name, reason } };
  }
}

/** Where a notification leads; null where there is nothing more to see. */
export function leadsTo({ kind, data }: Notification): string | null {
  if (kind === 'import_finished' && data.import_id) return `/import/${data.import_id}`;
  if (kind === 'channel_disabled') return '/settings';
  return data.film_id ? `/films/${data.film_id}` : null;
}
