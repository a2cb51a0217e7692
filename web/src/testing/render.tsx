import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { User } from '@/api/types';
import { TipProvider } from '@/components/Tooltip';
import { keys } from '@/lib/queries/keys';
import { startI18n } from '@/lib/i18n';

export const ADA: User = {
  user_id: 'u1',
  username: 'ada',
  role: 'user',
  created_at: '2026-01-01T00:00:00Z',
  settings: { language: 'en', theme: 'light', title_language: 'original', week_start: 1 },
  seq: 0,
};

/** Draw a part of the page as it stands in the house: words, data and tips around it. */
export async function draw(part: ReactNode, language: 'en' | 'it' = 'en') {
  await startI18n(language);
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Infinity } },
  });
  client.setQueryData(keys.me, ADA);
  const around = (inside: ReactNode) => (
    <QueryClientProvider client={client}>
      <TipProvider>{inside}</TipProvider>
    </QueryClientProvider>
  );
  const drawn = render(around(part));
  return { ...drawn, client, again: (next: ReactNode) => drawn.rerender(around(next)) };
}
