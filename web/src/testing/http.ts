import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

type Answer = (asked: Asked) => Response | Promise<Response>;

/** A server of the test's own behind `fetch`; returns what it was asked, in order. */
export function answerWith(answer: Answer): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal(
    'fetch',
    vi.fn(async (url: string, init: RequestInit = {}) => {
      const asked = {
        method: init.method ?? 'GET',
        path: url,
        headers: new Headers(init.headers),
        body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
      };
      all.push(asked);
      return answer(asked);
    }),
  );
  return all;
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
  });
}

export function problem(status: number, more: object = {}): Response {
  return json({ title: 'Refused', status, code: 'refused', ...more }, status);
}
