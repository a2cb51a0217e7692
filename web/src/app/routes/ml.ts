import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { insideRoute } from './root';

/** What learns, seen from inside: for administrators. */
export const mlRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/ml-dashboard',
    component: lazyRouteComponent(() => import('../screens/MlDashboardScreen')),
  }),
] as const;
