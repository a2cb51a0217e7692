import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { filmsSearch } from '@/lib/search/films';
import { text, tidy, type Search } from '@/lib/search/read';
import { filmOptions } from '@/lib/queries/films';
import { insideRoute } from './root';

export const filmRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/films',
    validateSearch: filmsSearch,
    component: lazyRouteComponent(() => import('../screens/FilmsScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/films/new',
    validateSearch: (search: Search): { title?: string } => tidy({ title: text(search.title) }),
    component: lazyRouteComponent(() => import('../screens/NewFilmScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/films/$filmId',
    loader: ({ context, params }) => {
      void context.client.prefetchQuery(filmOptions(params.filmId));
    },
    component: lazyRouteComponent(() => import('../screens/FilmScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/people/$personId',
    component: lazyRouteComponent(() => import('../screens/PersonScreen')),
  }),
] as const;
