import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { User } from '@/api/types';
import { keys } from './keys';

export interface Credentials {
  username: string;
  password: string;
}

/** Open a session; everything known of somebody else is forgotten first. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) =>
      api.post<User>('/auth/session', { body: credentials }),
    onSuccess: (user) => {
      const before = client.getQueryData<User | null>(keys.me);
      if (before && before.user_id !== user.user_id) client.clear();
      client.setQueryData(keys.me, user);
    },
  });
}

/** Make an account, and enter with it. */
export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      await api.post<User>('/auth/register', { body: credentials });
      return api.post<User>('/auth/session', { body: credentials });
    },
    onSuccess: (user) => {
      client.setQueryData(keys.me, user);
      void client.invalidateQueries({ queryKey: keys.setup });
    },
  });
}
