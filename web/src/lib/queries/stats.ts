import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { UserStats } from '@/api/types';
import { keys } from './keys';

export const userStatsOptions = queryOptions({
  queryKey: [...keys.stats, 'all'] as const,
  queryFn: ({ signal }) => api.get<UserStats>('/user-stats', { signal }),
  staleTime: 30_000,
});
