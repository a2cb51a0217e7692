/** Reading filters from an address that anybody may have typed: what is not understood is left out. */
export type Search = Record<string, unknown>;

export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

export function flag(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === 'yes' || value === 1) return true;
  if (value === false || value === 'false' || value === 'no' || value === 0) return false;
  return undefined;
}

export function oneOf<T extends string>(values: readonly T[]) {
  return (value: unknown): T | undefined => values.find((each) => each === value);
}

/** Keep what was understood, without empty places, so that addresses stay short. */
export function tidy<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}
