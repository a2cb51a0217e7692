import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rangeSearch, rankingSearch, trendsSearch } from '@/lib/search/stats';
import { insideRoute } from './root';

export const statsRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/stats',
    validateSearch: rangeSearch,
    component: lazyRouteComponent(() => import('../screens/StatsScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/stats/ranking/$type',
    validateSearch: rankingSearch,
    component: lazyRouteComponent(() => import('../screens/RankingScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/stats/year/$year',
    component: lazyRouteComponent(() => import('../screens/YearScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/trends',
    validateSearch: trendsSearch,
    component: lazyRouteComponent(() => import('../screens/TrendsScreen')),
  }),
] as const;
