import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { insideRoute } from './root';

export const listRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/lists',
    component: lazyRouteComponent(() => import('../screens/ListsScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/lists/$listId',
    component: lazyRouteComponent(() => import('../screens/ListScreen')),
  }),
] as const;
