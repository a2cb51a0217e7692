/** What a key says about a row in doubt: a film's id, "own", "skip" or "search". */
export function choiceForKey(key: string, filmIds: readonly string[]): string | null {
  if (/^[1-9]$/.test(key)) return filmIds[Number(key) - 1] ?? null;
  return { o: 'own', s: 'skip', f: 'search' }[key.toLowerCase()] ?? null;
}
