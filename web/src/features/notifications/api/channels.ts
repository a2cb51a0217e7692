import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';

export interface Target {
  target_id: string;
  name: string;
  url: string;
  enabled: boolean;
  last_error: string | null;
}

export const HOOKS = [
  'film.added',
  'film.rated',
  'film.changed',
  'film.removed',
  'film.imported',
  'notification.created',
] as const;
export type Hook = (typeof HOOKS)[number];

export interface Webhook {
  webhook_id: string;
  url: string;
  kinds: Hook[];
  enabled: boolean;
  failures: number;
  last_error: string | null;
}

export interface MadeWebhook extends Webhook {
  secret: string;
}

const TARGETS = '/notifications/targets';
const targetPath = (id: string) => `${TARGETS}/${encodeURIComponent(id)}`;
const hookPath = (id: string) => `/webhooks/${encodeURIComponent(id)}`;

export const targetsOptions = queryOptions({
  queryKey: ['targets'] as const,
  queryFn: ({ signal }) => api.get<{ items: Target[] }>(TARGETS, { signal }),
});

export const webhooksOptions = queryOptions({
  queryKey: ['webhooks'] as const,
  queryFn: ({ signal }) => api.get<{ items: Webhook[] }>('/webhooks', { signal }),
});

function useChange<In, Out>(key: readonly string[], run: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

export const useAddTarget = () =>
  useChange(targetsOptions.queryKey, (body: { name: string; url: string }) =>
    api.post<Target>(TARGETS, { body }),
  );

export const useSwitchTarget = () =>
  useChange(targetsOptions.queryKey, ({ id, enabled }: { id: string; enabled: boolean }) =>
    api.patch<Target>(targetPath(id), { body: { enabled } }),
  );

export const useRemoveTarget = () =>
  useChange(targetsOptions.queryKey, (id: string) => api.delete(targetPath(id)));

export const useTryTarget = () =>
  useMutation({
    mutationFn: (id: string) =>
      api.post<{ sent: boolean; error: string | null }>(`${targetPath(id)}/test`),
  });

export const useAddWebhook = () =>
  useChange(webhooksOptions.queryKey, (body: { url: string; kinds: Hook[] }) =>
    api.post<MadeWebhook>('/webhooks', { body }),
  );

export const useSwitchWebhook = () =>
  useChange(webhooksOptions.queryKey, ({ id, enabled }: { id: string; enabled: boolean }) =>
    api.patch<Webhook>(hookPath(id), { body: { enabled } }),
  );

export const useRemoveWebhook = () =>
  useChange(webhooksOptions.queryKey, (id: string) => api.delete(hookPath(id)));

export const useTryWebhook = () =>
  useMutation({ mutationFn: (id: string) => api.post(`${hookPath(id)}/test`) });
