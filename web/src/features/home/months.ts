export interface MonthCount {
  /** "2024-05". */
  key: string;
  count: number;
}

/** The `length` months that end with today's, oldest first. */
export function lastMonths(
  counts: Record<string, Record<string, number>>,
  today: string,
  length: number,
): MonthCount[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const last = year * 12 + month - 1;
  return Array.from({ length }, (_, at) => {
    const index = last - (length - 1 - at);
    const [y, m] = [String(Math.floor(index / 12)), String((index % 12) + 1).padStart(2, '0')];
    return { key: `${y}-${m}`, count: counts[y]?.[m] ?? 0 };
  });
}
