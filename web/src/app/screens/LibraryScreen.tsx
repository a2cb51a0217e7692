import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { LibraryPage } from '@/features/library/LibraryPage';
import { librarySearch } from '@/lib/search/library';

export default function LibraryScreen() {
  const raw = useSearch({ from: '/inside/library' });
  const search = useMemo(() => librarySearch({ ...raw }), [raw]);
  const navigate = useNavigate({ from: '/library' });
  return (
    <LibraryPage
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
