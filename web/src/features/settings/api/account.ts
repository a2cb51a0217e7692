import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { forgetRead } from '@/lib/forget';
import type { Token } from '@/api/types';

export const tokensOptions = queryOptions({
  queryKey: ['tokens'] as const,
  queryFn: ({ signal }) => api.get<{ items: Token[] }>('/me/tokens', { signal }),
});

export interface MadeToken {
  token_id: string;
  name: string;
  token: string;
}

function useTokenChange<In, Out>(run: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => client.invalidateQueries({ queryKey: tokensOptions.queryKey }),
  });
}

export const useMakeToken = () =>
  useTokenChange((name: string) => api.post<MadeToken>('/me/tokens', { body: { name } }));

export const useRevokeToken = () =>
  useTokenChange((id: string) => api.delete(`/me/tokens/${encodeURIComponent(id)}`));

export const useChangePassword = () =>
  useMutation({
    mutationFn: (passwords: { current_password: string; new_password: string }) =>
      api.post('/me/password', { body: passwords }),
  });

export const useEraseMe = () =>
  useMutation({
    mutationFn: (password: string) => api.delete('/me', { body: { password } }),
    onSuccess: forgetRead,
  });
