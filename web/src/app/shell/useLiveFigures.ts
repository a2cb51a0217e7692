import { useQueryClient } from '@tanstack/react-query';
import { useStream } from '@/api/stream';
import { keys } from '@/lib/queries/keys';

/** When the server says that figures moved, whatever page shows some reads them anew. */
export function useLiveFigures(): void {
  const client = useQueryClient();
  useStream('stats', () => {
    void client.invalidateQueries({ queryKey: keys.stats });
  });
}
