/** Films stay where they are; one that is gone gives its place to one that came. Pure. */

export function refill<T extends { film_id: string }>(
  before: readonly T[],
  next: readonly T[],
  gone: ReadonlySet<string>,
): T[] {
  const held = new Set(
    before.filter((film) => !gone.has(film.film_id)).map((film) => film.film_id),
  );
  const come = next.filter((film) => !held.has(film.film_id) && !gone.has(film.film_id));
  const kept = before.flatMap((film) => {
    if (!gone.has(film.film_id)) return [film];
    const other = come.shift();
    return other ? [other] : [];
  });
  return [...kept, ...come].slice(0, Math.max(before.length, next.length));
}
