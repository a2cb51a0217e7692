import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { FilmsPage } from '@/features/films/FilmsPage';
import { filmsSearch } from '@/lib/search/films';

export default function FilmsScreen() {
  const raw = useSearch({ from: '/inside/films' });
  const search = useMemo(() => filmsSearch({ ...raw }), [raw]);
  const navigate = useNavigate({ from: '/films' });
  return (
    <FilmsPage
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
