import { errorFrom, OfflineError } from './errors';

export type QueryValues = Record<string, string | number | boolean | null | undefined>;

export interface Call {
  query?: object;
  body?: unknown;
  /** Sent instead of `body`, as multipart. */
  form?: FormData;
  signal?: AbortSignal;
  /** Refuse with 412 when somebody else changed it meanwhile. */
  ifMatch?: number;
  /** The same key sent again gets the first answer again. */
  idempotencyKey?: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const SIGN_IN_CALLS = ['/auth/session', '/auth/refresh', '/auth/login', '/auth/register'];

let refreshing: Promise<boolean> | null = null;
let onSignedOut: () => void = () => undefined;

/** Called when the session has ended and could not be renewed. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function csrfToken(cookies = document.cookie): string | null {
  const match = /(?:^|;\s*)cm_csrf=([^;]*)/.exec(cookies);
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

export function toSearch(query: object = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query as QueryValues)) {
    if (value === undefined || value === null || value === '') continue;
    search.set(key, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

async function send(method: Method, path: string, call: Call): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  const token = method === 'GET' ? null : csrfToken();
  if (token) headers.set('X-CSRF-Token', token);
  if (call.body !== undefined) headers.set('Content-Type', 'application/json');
  if (call.ifMatch !== undefined) headers.set('If-Match', `"${call.ifMatch}"`);
  if (call.idempotencyKey) headers.set('Idempotency-Key', call.idempotencyKey);
  try {
    return await fetch(`/api${path}${toSearch(call.query)}`, {
      method,
      headers,
      body: call.form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
      credentials: 'same-origin',
      signal: call.signal,
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new OfflineError(error);
  }
}

/** One renewal at a time: the refresh token turns, so that a second try with it would end the session. */
function refresh(): Promise<boolean> {
  refreshing ??= send('POST', '/auth/refresh', {})
    .then(async (response) => {
      // Nobody reads this answer: left open, it would keep its connection.
      await response.body?.cancel();
      return response.ok;
    })
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

/** Ask the API; a session that has run out is renewed once, and the question asked again. */
export async function request(method: Method, path: string, call: Call = {}): Promise<Response> {
  let response = await send(method, path, call);
  if (response.status === 401 && !SIGN_IN_CALLS.includes(path)) {
    if (await refresh()) response = await send(method, path, call);
    if (response.status === 401) onSignedOut();
  }
  if (!response.ok) throw await errorFrom(response);
  return response;
}

async function json<T>(method: Method, path: string, call?: Call): Promise<T> {
  const response = await request(method, path, call);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const api = {
  get: <T>(path: string, call?: Call) => json<T>('GET', path, call),
  post: <T>(path: string, call?: Call) => json<T>('POST', path, call),
  put: <T>(path: string, call?: Call) => json<T>('PUT', path, call),
  patch: <T>(path: string, call?: Call) => json<T>('PATCH', path, call),
  delete: <T>(path: string, call?: Call) => json<T>('DELETE', path, call),
};
