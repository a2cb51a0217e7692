import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { WatchlistPage } from '@/features/library/WatchlistPage';
import { librarySearch } from '@/lib/search/library';

export default function WatchlistScreen() {
  const raw = useSearch({ from: '/inside/watchlist' });
  const search = useMemo(() => librarySearch({ ...raw }), [raw]);
  const navigate = useNavigate({ from: '/watchlist' });
  return (
    <WatchlistPage
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
