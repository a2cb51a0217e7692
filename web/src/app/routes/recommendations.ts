import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { suggestionsOptions } from '@/lib/queries/recommendations';
import { forYouSearch } from '@/lib/search/recommendations';
import { insideRoute } from './root';

export const recommendationRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/for-you',
    validateSearch: forYouSearch,
    loader: ({ context }) => {
      void context.client.prefetchQuery(suggestionsOptions);
    },
    component: lazyRouteComponent(() => import('../screens/ForYouScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/together',
    component: lazyRouteComponent(() => import('../screens/TogetherScreen')),
  }),
] as const;
