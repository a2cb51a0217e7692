import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { User } from '@/api/types';
import { sayTrouble } from '@/lib/trouble';
import type {
  Clustering,
  Evaluation,
  Job,
  JobKind,
  Live,
  Model,
  ModelStatus,
  PastRating,
  Suggestions,
} from '../model/types';

const ML = ['ml'] as const;
export const AUTO_REFRESH_MS = 3_000;
const UNTIL_LOADED_MS = 1_500;

/** While `auto` is on it is asked anew every three seconds, and not while the page is hidden. */
export const modelStatusOptions = (auto: boolean) =>
  queryOptions({
    queryKey: [...ML, 'status'] as const,
    queryFn: ({ signal }) => api.get<ModelStatus>('/recommendations/status', { signal }),
    refetchInterval: auto ? AUTO_REFRESH_MS : false,
    refetchIntervalInBackground: false,
  });

export const evaluationOptions = queryOptions({
  queryKey: [...ML, 'evaluation'] as const,
  queryFn: ({ signal }) => api.get<Evaluation>('/recommendations/evaluation', { signal }),
});

export const clusteringOptions = queryOptions({
  queryKey: [...ML, 'clustering'] as const,
  queryFn: ({ signal }) => api.get<Clustering>('/recommendations/clustering', { signal }),
  staleTime: 60_000,
});

export const liveOptions = queryOptions({
  queryKey: [...ML, 'live'] as const,
  queryFn: ({ signal }) => api.get<Live>('/admin/ml/live-monitor', { signal }),
});

export const modelsOptions = queryOptions({
  queryKey: [...ML, 'models'] as const,
  queryFn: ({ signal }) => api.get<{ items: Model[] }>('/admin/ml/models', { signal }),
});

export const jobsOptions = queryOptions({
  queryKey: [...ML, 'jobs'] as const,
  queryFn: ({ signal }) =>
    api.get<{ items: Job[] }>('/admin/ml/jobs', { query: { limit: 20 }, signal }),
});

export const jobOptions = (id: string) =>
  queryOptions({
    queryKey: [...ML, 'jobs', id] as const,
    queryFn: ({ signal }) => api.get<Job>(`/admin/ml/jobs/${encodeURIComponent(id)}`, { signal }),
  });

export const peopleOptions = queryOptions({
  queryKey: [...ML, 'people'] as const,
  queryFn: ({ signal }) =>
    api.get<{ items: User[] }>('/admin/users', { query: { limit: 100 }, signal }),
  staleTime: 60_000,
});

/** Asked anew for every model, and until the one that serves has answered: it takes a moment to load. */
export const suggestedOptions = (userId: string, version: string | null) =>
  queryOptions({
    queryKey: [...ML, 'suggested', userId, version] as const,
    queryFn: ({ signal }) =>
      api.get<Suggestions>(`/recommendations/user/${encodeURIComponent(userId)}`, {
        query: { top_n: 10 },
        signal,
      }),
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data && state.data.model.version !== version ? UNTIL_LOADED_MS : false,
  });

export const historyOptions = (userId: string) =>
  queryOptions({
    queryKey: [...ML, 'history', userId] as const,
    queryFn: ({ signal }) =>
      api.get<{ items: PastRating[] }>(
        `/recommendations/user/${encodeURIComponent(userId)}/history`,
        { signal },
      ),
    retry: false,
  });

export interface Ask {
  kind: JobKind;
  options?: Record<string, unknown>;
}

export const useAskForJob = () =>
  useMutation({
    mutationFn: ({ kind, options }: Ask) =>
      api.post<Job>('/admin/ml/jobs', { body: { kind, options: options ?? {} } }),
  });

export const useCancelJob = () =>
  useMutation({
    mutationFn: (id: string) => api.post<Job>(`/admin/ml/jobs/${encodeURIComponent(id)}/cancel`),
    onError: sayTrouble,
  });

/** Another model serves: everything that was made by the one before is asked anew. */
function useServe<In>(run: (input: In) => Promise<Model>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ queryKey: ML }),
    onError: sayTrouble,
  });
}

export const usePromote = () =>
  useServe((version: string) =>
    api.post<Model>(`/admin/ml/models/${encodeURIComponent(version)}/promote`),
  );

export const useRollBack = () => useServe<void>(() => api.post<Model>('/admin/ml/models/rollback'));

/** A job has ended: what it made is asked for, and the job with its result. */
export function useReadAnew(): (jobId: string) => Promise<Job> {
  const client = useQueryClient();
  return async (jobId) => {
    await client.invalidateQueries({ queryKey: ML });
    return client.fetchQuery(jobOptions(jobId));
  };
}
