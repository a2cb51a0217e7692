import type { FieldError, Problem } from './types';

/** An answer that was not the one hoped for, with the server's own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly errors: FieldError[];
  /** Seconds until one may ask again, where the server said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail ?? null;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** The request never reached the server, or its answer never reached us. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'OfflineError';
  }
}

export async function errorFrom(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  try {
    const body = (await response.json()) as Partial<Problem>;
    return new ApiError(
      { ...body, title: body.title ?? response.statusText, status: response.status },
      retryAfter,
    );
  } catch {
    return new ApiError({ title: response.statusText, status: response.status }, retryAfter);
  }
}

export function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}
