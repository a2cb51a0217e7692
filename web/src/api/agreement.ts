/**
 * The shapes we write by hand and those the server describes must agree: `npm run typecheck` fails
 * here when a field is gone, renamed or of another kind. `npm run api` reads the server's anew.
 */
import type { components } from './schema';
import type * as ours from './types';

type Theirs = components['schemas'];

/** True when whatever the server may send fits what we read, field by field. */
type Fits<Server, Page> = {
  [K in keyof Page]: K extends keyof Server ? Same<Server[K], Page[K]> : K;
};
type Same<Server, Page> = Widened<Server> extends Widened<Page> ? true : [Server, 'is not', Page];
/** Where the server says "a text", we may know which texts. */
type Widened<T> = T extends string
  ? string
  : T extends (infer Item)[]
    ? Widened<Item>[]
    : T extends object
      ? { [K in keyof T]: Widened<T[K]> }
      : T;
type Agreed<T extends Record<string, true>> = T;

export type Agreement = [
  Agreed<Fits<Theirs['FilmOut'], ours.Film>>,
  Agreed<Fits<Theirs['EntryBrief'], ours.EntryBrief>>,
  Agreed<Fits<Theirs['EntryOut'], ours.Entry>>,
  Agreed<Fits<Theirs['WatchOut'], ours.Watch>>,
  Agreed<Fits<Theirs['RemovedOut'], ours.Removed>>,
  Agreed<Fits<Theirs['PageOf_DiaryItem_'], ours.Page<ours.DiaryRow>>>,
  Agreed<Fits<Theirs['PageOf_EntryOut_'], ours.Page<ours.Entry>>>,
  Agreed<Fits<Theirs['PersonPage'], ours.PersonPage>>,
  Agreed<Fits<Theirs['FacetsOut'], ours.Facets>>,
  Agreed<Fits<Theirs['User'], ours.User>>,
  Agreed<Fits<Theirs['Setup'], ours.Setup>>,
  Agreed<Fits<Theirs['UserStatsOut'], ours.UserStats>>,
  Agreed<Fits<Theirs['EntryRowOut'], ours.EntryRow>>,
];
