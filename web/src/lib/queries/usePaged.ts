import {
  useInfiniteQuery,
  type InfiniteData,
  type UseInfiniteQueryOptions,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page } from '@/api/types';

type Options<T> = UseInfiniteQueryOptions<
  Page<T>,
  Error,
  InfiniteData<Page<T>, string | null>,
  readonly unknown[],
  string | null
>;

/** A long list, page after page, as one. */
export function usePaged<T>(options: object) {
  const query = useInfiniteQuery(options as Options<T>);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const onMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return {
    items,
    total: query.data?.pages[0]?.total ?? 0,
    onMore,
    hasMore: hasNextPage,
    fetchingMore: isFetchingNextPage,
    pending: query.isPending,
    /** The list of the filters before, still shown while the new one comes. */
    stale: query.isPlaceholderData,
    error: query.error,
    refetch: query.refetch,
  };
}
