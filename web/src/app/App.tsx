import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { TipProvider } from '@/components/Tooltip';
import { queryClient } from './queryClient';
import { router } from './router';
import { Toasts } from './shell/Toasts';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <RouterProvider router={router} />
        <Toasts />
      </TipProvider>
    </QueryClientProvider>
  );
}
