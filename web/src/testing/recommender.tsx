/** A part of the page inside a router, with a server of the test's own behind it. */

import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import type { Suggestion, Suggestions } from '@/lib/queries/recommendations';
import { answerWith, json, problem, type Asked } from './http';
import { draw } from './render';
import { KNOBS, suggestions, why } from '@/features/recommendations/testing/builders';

/** What jsdom does not measure. */
export function measured(wide: boolean): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({
    matches: wide,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(520);
  vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
  sessionStorage.clear();
}

/** A recommender that keeps what it is told; `list` says what it suggests after that. */
export function recommender(
  list: (told: Asked[]) => Suggestion[],
  more?: Partial<Suggestions>,
  explainedBy = 'm1',
) {
  const told: Asked[] = [];
  let knobs = KNOBS;
  const marks: { kind: string; at: string; film: object }[] = [];
  const asked = answerWith((one) => {
    const path = one.path.replace('/api', '');
    if (one.method !== 'GET') told.push(one);
    if (path.startsWith('/recommendations?')) return json(suggestions(list(told), more));
    if (path === '/recommendations/preferences') {
      if (one.method === 'PUT') knobs = one.body as typeof KNOBS;
      return json(knobs);
    }
    if (path.endsWith('/what-if?evidence=samurai&stars=2&model=m1&n=10')) {
      return json({
        film_id: 'samurai',
        title: 'Seven Samurai',
        title_en: null,
        title_it: 'I sette samurai',
        stars_now: 5,
        stars: 2,
        place_before: 3,
        place_after: 41,
        predicted_before: 4.13,
        predicted_after: 3.2,
        model: 'm1',
      });
    }
    const film = /^\/recommendations\/films\/([^/]+)\?model=m1&n=10$/.exec(path)?.[1];
    const item = list(told).find((each) => each.film_id === film);
    if (item) return json(why(item, { model: explainedBy }));
    if (path === '/recommendations/marks') return json({ items: marks });
    if (/^\/recommendations\/(muted|not-interested)\//.test(path)) {
      return new Response(null, { status: 204 });
    }
    if (path === '/recommendations/report-card') return json(CARD);
    return problem(404);
  });
  return { asked, told };
}

const CARD = {
  rated: 40,
  within_half_a_star: 0.712,
  mean_error: 0.61,
  bias: -0.3,
  interval_covered: 0.8,
  taken: { value: 0.2, n: 200 },
  by_model: {},
  last_miss: null,
};

export async function drawAt(part: ReactNode, language: 'en' | 'it' = 'en') {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => part }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  return { router, ...(await draw(<RouterProvider router={router as never} />, language)) };
}
