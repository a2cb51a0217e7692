import { oneOf, tidy, type Search } from './read';

export const ROW_FILTERS = [
  'added',
  'merged',
  'unchanged',
  'doubtful',
  'not_found',
  'rejected',
  'conflict',
] as const;

export interface ImportSearch {
  show?: (typeof ROW_FILTERS)[number];
}

/** The address of one import: which of its rows are looked at. */
export function importSearch(search: Search): ImportSearch {
  return tidy({ show: oneOf(ROW_FILTERS)(search.show) });
}
