import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { diarySearch, librarySearch } from '@/lib/search/library';
import { insideRoute } from './root';

export const libraryRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/',
    component: lazyRouteComponent(() => import('../screens/HomeScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/diary',
    validateSearch: diarySearch,
    component: lazyRouteComponent(() => import('../screens/DiaryScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/library',
    validateSearch: librarySearch,
    component: lazyRouteComponent(() => import('../screens/LibraryScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/watchlist',
    validateSearch: librarySearch,
    component: lazyRouteComponent(() => import('../screens/WatchlistScreen')),
  }),
] as const;
