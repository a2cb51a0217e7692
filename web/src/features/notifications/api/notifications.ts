import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Page } from '@/api/types';

export interface Notification {
  notification_id: string;
  kind: 'first_film' | 'milestone' | 'import_finished' | 'channel_disabled';
  at: string;
  data: {
    what?: string;
    value?: number;
    film_id?: string;
    title?: string;
    import_id?: string;
    filename?: string;
    counts?: Record<string, number>;
    channel?: string;
    name?: string;
    reason?: string;
  };
  read_at: string | null;
}

export const KINDS = ['first_film', 'milestone', 'import_finished', 'channel_disabled'] as const;
export type Switches = Record<(typeof KINDS)[number], boolean>;

const ALL = ['notifications'] as const;
const LOOK_EVERY = 60_000;

export const unreadOptions = queryOptions({
  queryKey: [...ALL, 'unread'] as const,
  queryFn: ({ signal }) => api.get<{ unread: number }>('/notifications/unread', { signal }),
  refetchInterval: LOOK_EVERY,
});

export const inboxOptions = infiniteQueryOptions({
  queryKey: [...ALL, 'inbox'] as const,
  queryFn: ({ signal, pageParam }) =>
    api.get<Page<Notification>>('/notifications', {
      query: { limit: 20, cursor: pageParam ?? undefined },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const switchesOptions = queryOptions({
  queryKey: [...ALL, 'switches'] as const,
  queryFn: ({ signal }) => api.get<Switches>('/notifications/settings', { signal }),
});

export function useReadAll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ unread: number }>('/notifications/read'),
    onSuccess: () => client.invalidateQueries({ queryKey: ALL }),
  });
}

export function useSwitch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Partial<Switches>) =>
      api.patch<Switches>('/notifications/settings', { body: change }),
    onSuccess: (switches) => client.setQueryData(switchesOptions.queryKey, switches),
  });
}
