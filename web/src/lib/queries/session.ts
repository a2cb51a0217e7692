import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { hasStatus } from '@/api/errors';
import type { Settings, Setup, User } from '@/api/types';
import { keys } from './keys';

/** Who is signed in; null when nobody is. */
export const meOptions = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => {
    try {
      return await api.get<User>('/me', { signal });
    } catch (error) {
      if (hasStatus(error, 401)) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export const setupOptions = queryOptions({
  queryKey: keys.setup,
  queryFn: ({ signal }) => api.get<Setup>('/setup', { signal }),
  staleTime: 60_000,
});

export function useMe() {
  return useQuery(meOptions);
}

export function useSaveSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Partial<Settings>) => api.patch<User>('/me', { body: { settings } }),
    onMutate: (settings) => {
      const before = client.getQueryData<User | null>(keys.me);
      if (before) {
        client.setQueryData<User>(keys.me, {
          ...before,
          settings: { ...before.settings, ...settings },
        });
      }
      return { before };
    },
    onError: (_error, _settings, context) => client.setQueryData(keys.me, context?.before),
    onSuccess: (user) => client.setQueryData(keys.me, user),
  });
}
