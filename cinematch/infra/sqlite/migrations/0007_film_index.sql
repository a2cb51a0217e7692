CREATE TABLE films_to_index (                       -- films changed since the index of a cluster took them in
    film_id TEXT PRIMARY KEY,                       -- perhaps of a film that is gone
    note    TEXT NOT NULL                           -- another with each change
) STRICT, WITHOUT ROWID;
