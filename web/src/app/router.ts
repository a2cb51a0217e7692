import { createRouter } from '@tanstack/react-router';
import { queryClient } from './queryClient';
import { accountRoutes, settingsRoutes } from './routes/account';
import { filmRoutes } from './routes/films';
import { libraryRoutes } from './routes/library';
import { listRoutes } from './routes/lists';
import { recommendationRoutes } from './routes/recommendations';
import { mlRoutes } from './routes/ml';
import { insideRoute, rootRoute } from './routes/root';
import { statsRoutes } from './routes/stats';
import { transferRoutes } from './routes/transfer';
import { Trouble } from './shell/Trouble';

const routeTree = rootRoute.addChildren([
  ...accountRoutes,
  insideRoute.addChildren([
    ...libraryRoutes,
    ...filmRoutes,
    ...listRoutes,
    ...statsRoutes,
    ...recommendationRoutes,
    ...transferRoutes,
    ...settingsRoutes,
    ...mlRoutes,
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { client: queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: Trouble,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
