import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { importSearch } from '@/lib/search/imports';
import { insideRoute } from './root';

export const transferRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/import',
    component: lazyRouteComponent(() => import('../screens/ImportScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/import/$importId',
    validateSearch: importSearch,
    component: lazyRouteComponent(() => import('../screens/ImportDetailScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/export',
    component: lazyRouteComponent(() => import('../screens/ExportScreen')),
  }),
] as const;
