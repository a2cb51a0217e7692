import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Page, User } from '@/api/types';
import { sayTrouble } from '@/lib/trouble';
import type { Backup, InstallationSettings, Status, Verdict } from '../model/types';

export interface Account extends User {
  disabled: boolean;
}

const ADMIN = ['admin'] as const;
const LOOK_EVERY_MS = 15_000;
const WHILE_RUNNING_MS = 1_500;

export const statusOptions = queryOptions({
  queryKey: [...ADMIN, 'status'] as const,
  queryFn: ({ signal }) => api.get<Status>('/admin/status', { signal }),
  refetchInterval: ({ state }) =>
    state.data?.jobs.some((job) => job.running) ? WHILE_RUNNING_MS : LOOK_EVERY_MS,
});

export const backupsOptions = queryOptions({
  queryKey: [...ADMIN, 'backups'] as const,
  queryFn: ({ signal }) => api.get<{ items: Backup[] }>('/admin/backups', { signal }),
});

export const settingsOptions = queryOptions({
  queryKey: [...ADMIN, 'settings'] as const,
  queryFn: ({ signal }) => api.get<InstallationSettings>('/admin/settings', { signal }),
});

export const accountsOptions = infiniteQueryOptions({
  queryKey: [...ADMIN, 'users'] as const,
  queryFn: ({ signal, pageParam }) =>
    api.get<Page<Account>>('/admin/users', {
      query: { limit: 50, cursor: pageParam ?? undefined },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** Everything here hangs together: after a change all of it is read anew. */
function useAdminChange<In, Out>(run: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ queryKey: ADMIN }),
    onError: sayTrouble,
  });
}

export const useRunJob = () =>
  useAdminChange((name: string) => api.post(`/admin/jobs/${encodeURIComponent(name)}/run`));

export const useVerify = () => useAdminChange(() => api.post<Verdict>('/admin/verify'));

export const useChangeSettings = () =>
  useAdminChange((change: Partial<InstallationSettings>) =>
    api.patch<InstallationSettings>('/admin/settings', { body: change }),
  );

export const useAdminister = () =>
  useAdminChange(({ id, ...change }: { id: string; role?: User['role']; disabled?: boolean }) =>
    api.patch<Account>(`/admin/users/${encodeURIComponent(id)}`, { body: change }),
  );

export const useErase = () =>
  useAdminChange((id: string) => api.delete(`/admin/users/${encodeURIComponent(id)}`));
