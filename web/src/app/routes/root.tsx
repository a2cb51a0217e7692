import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { meOptions, setupOptions } from '@/lib/queries/session';
import { Shell } from '../shell/Shell';
import { NotFound, NotFoundOutside, Trouble } from '../shell/Trouble';

export interface RouterContext {
  client: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: Trouble,
  notFoundComponent: NotFoundOutside,
});

/** Everything behind the door: the shell around it, and nobody without an account. */
export const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  component: Shell,
  errorComponent: Trouble,
  notFoundComponent: NotFound,
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meOptions);
    if (me) return;
    const setup = await context.client.ensureQueryData(setupOptions);
    if (setup.needs_setup) throw redirect({ to: '/welcome' });
    throw redirect({ to: '/sign-in', search: { then: location.href } });
  },
});
