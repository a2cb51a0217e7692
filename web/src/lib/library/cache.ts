import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { DiaryRow, Entry, EntryBrief, Film, Page, PersonPage } from '@/api/types';
import { keys } from '@/lib/queries/keys';

export const NO_ENTRY: EntryBrief = {
  rating: null,
  liked: false,
  watchlist: false,
  seen: false,
  watch_count: 0,
  last_watched: null,
  version: 0,
};

export function briefOf(entry: Entry): EntryBrief {
  return {
    rating: entry.rating,
    liked: entry.liked,
    watchlist: entry.watchlist,
    seen: entry.seen,
    watch_count: entry.watches.length,
    last_watched: entry.last_watched,
    version: entry.version,
  };
}

type Pages<T> = InfiniteData<Page<T>, string | null>;

function mapPages<T>(data: Pages<T> | undefined, change: (item: T) => T): Pages<T> | undefined {
  if (!data?.pages) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })),
  };
}

/** Show `change` of my part of a film wherever that film stands, on every page. */
export function changeBrief(
  client: QueryClient,
  filmId: string,
  change: (mine: EntryBrief | null) => EntryBrief | null,
): void {
  const onFilm = (film: Film): Film =>
    film.film_id === filmId ? { ...film, mine: change(film.mine) } : film;
  client.setQueryData<Film>(keys.film(filmId), (film) => film && onFilm(film));
  client.setQueriesData<Pages<Film> | Page<Film>>({ queryKey: keys.allFilms }, (data) => {
    if (!data) return data;
    return 'pages' in data ? mapPages(data, onFilm) : { ...data, items: data.items.map(onFilm) };
  });
  client.setQueriesData<PersonPage>({ queryKey: ['person'] }, (person) =>
    person
      ? { ...person, films: { ...person.films, items: person.films.items.map(onFilm) } }
      : person,
  );
}

/** Show `change` of an entry in the collection and in the diary, and in the entry itself. */
export function changeEntry(
  client: QueryClient,
  filmId: string,
  change: (entry: Entry) => Entry,
): void {
  const onEntry = (entry: Entry) => (entry.film.film_id === filmId ? change(entry) : entry);
  client.setQueryData<Entry | null>(keys.entry(filmId), (entry) => entry && onEntry(entry));
  client.setQueriesData<Pages<Entry>>({ queryKey: keys.allLibrary }, (data) =>
    mapPages(data, onEntry),
  );
  client.setQueriesData<Pages<DiaryRow>>({ queryKey: keys.allDiary }, (data) =>
    mapPages(data, (row) => {
      const entry = onEntry(row.entry);
      if (entry === row.entry) return row;
      const watch = entry.watches.find((each) => each.watch_id === row.watch.watch_id);
      return { entry, watch: watch ?? row.watch };
    }),
  );
}

/** What the server answered is the truth: put it everywhere, and read anew what it may have moved. */
export function settle(client: QueryClient, filmId: string, entry: Entry | null): void {
  client.setQueryData<Entry | null>(keys.entry(filmId), entry);
  changeBrief(client, filmId, () => entry && briefOf(entry));
  if (entry) changeEntry(client, filmId, () => entry);
  refreshFigures(client);
}

/** Lists and figures that hang on the library. */
export function refreshFigures(client: QueryClient): void {
  for (const queryKey of [keys.allLibrary, keys.allDiary, keys.stats, keys.tags]) {
    void client.invalidateQueries({ queryKey });
  }
}

export interface Snapshot {
  queries: [readonly unknown[], unknown][];
}

const TOUCHED = ['film', 'films', 'person', 'entry', 'library', 'diary'];

export async function snapshot(client: QueryClient): Promise<Snapshot> {
  await Promise.all(
    TOUCHED.map((word) => client.cancelQueries({ queryKey: [word] }, { revert: true })),
  );
  return { queries: TOUCHED.flatMap((word) => client.getQueriesData({ queryKey: [word] })) };
}

export function putBack(client: QueryClient, taken: Snapshot): void {
  for (const [key, data] of taken.queries) client.setQueryData(key, data);
}
