/** What agrees between a line and a film that it may mean, and what does not. */
export function whatAgrees(why: readonly string[] | null, year: number | null): string[] {
  if (why === null) return ['searched'];
  const title = why.includes('title') ? 'title' : 'near_title';
  const found = [title];
  if (year !== null)
    found.push(['year', 'near_year'].find((word) => why.includes(word)) ?? 'other_year');
  if (why.includes('director')) found.push('director');
  return found;
}
