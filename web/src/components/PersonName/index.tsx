import { useQuery } from '@tanstack/react-query';
import { personOptions } from '@/lib/queries/films';

/** The name behind a person's id; until it comes, what the id says of it. */
export function PersonName({ id }: { id: string }) {
  const { data } = useQuery({ ...personOptions(id), staleTime: Infinity });
  return <>{data?.name ?? (id.startsWith('name:') ? id.slice(5) : '…')}</>;
}
