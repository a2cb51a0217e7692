import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { meOptions, setupOptions } from '@/lib/queries/session';
import { signInSearch, welcomeSearch } from '@/lib/search/account';
import { insideRoute, rootRoute } from './root';

/** Outside the house: first run, sign-in and a new account. */
export const accountRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/welcome',
    validateSearch: welcomeSearch,
    beforeLoad: async ({ context }) => {
      const me = await context.client.ensureQueryData(meOptions);
      if (me) return;
      const setup = await context.client.ensureQueryData(setupOptions);
      if (!setup.needs_setup) throw redirect({ to: '/sign-in' });
    },
    component: lazyRouteComponent(() => import('../screens/WelcomeScreen')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: signInSearch,
    component: lazyRouteComponent(() => import('../screens/SignInScreen')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/register',
    component: lazyRouteComponent(() => import('../screens/RegisterScreen')),
  }),
] as const;

/** Inside it: settings and administration. */
export const settingsRoutes = [
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('../screens/SettingsScreen')),
  }),
  createRoute({
    getParentRoute: () => insideRoute,
    path: '/administration',
    component: lazyRouteComponent(() => import('../screens/AdministrationScreen')),
  }),
] as const;
