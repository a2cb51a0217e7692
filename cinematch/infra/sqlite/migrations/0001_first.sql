-- The truth ------------------------------------------------------------------------------------

CREATE TABLE users (
    user_id       TEXT PRIMARY KEY,
    username      TEXT NOT NULL,
    username_key  TEXT NOT NULL UNIQUE,             -- case-folded
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('user', 'administrator')),
    disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    settings      TEXT NOT NULL DEFAULT '{}',       -- JSON
    seq           INTEGER NOT NULL DEFAULT 0,       -- of the user's last event
    created_at    TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    session_id   TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    refresh_hash TEXT NOT NULL,                     -- of the one refresh token that is good now; '' for none
    previous_hash TEXT,                             -- of the one before, good for a moment
    created_at   TEXT NOT NULL,
    used_at      TEXT NOT NULL,
    expires_at   TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
    token_id     TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    name         TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    created_at   TEXT NOT NULL,
    last_used_at TEXT
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

CREATE TABLE movies_catalog (
    film_id        TEXT PRIMARY KEY,
    tmdb_id        INTEGER UNIQUE,
    imdb_id        TEXT UNIQUE,
    title          TEXT NOT NULL,                   -- original
    title_en       TEXT,
    title_it       TEXT,
    aliases        TEXT NOT NULL DEFAULT '[]',      -- JSON: further titles, for matching
    year           INTEGER,
    runtime        INTEGER,                         -- minutes
    genres         TEXT NOT NULL DEFAULT '[]',      -- JSON: fixed English names
    directors      TEXT NOT NULL DEFAULT '[]',      -- JSON: [{id, name}] in order
    cast           TEXT NOT NULL DEFAULT '[]',      -- JSON: [{id, name}] in order
    countries      TEXT NOT NULL DEFAULT '[]',      -- JSON: ISO 3166-1 alpha-2
    languages      TEXT NOT NULL DEFAULT '[]',      -- JSON: ISO 639-1
    poster_path    TEXT,
    votes          INTEGER NOT NULL DEFAULT 0,      -- at the source
    mean_rating    REAL,                            -- at the source, 0..10
    popularity     REAL NOT NULL DEFAULT 0,         -- log10(1 + votes), or an estimate on that scale
    sources        TEXT NOT NULL DEFAULT '{}',      -- JSON: fact -> where it is from
    owner_user_id  TEXT REFERENCES users ON DELETE CASCADE,  -- a film of somebody's own
    version        INTEGER NOT NULL DEFAULT 1,
    updated_at     TEXT NOT NULL
) STRICT;
CREATE INDEX films_by_owner ON movies_catalog (owner_user_id) WHERE owner_user_id IS NOT NULL;

CREATE TABLE film_title_keys (                      -- every normalised title of a film
    title_key TEXT NOT NULL,
    film_id   TEXT NOT NULL REFERENCES movies_catalog ON DELETE CASCADE,
    PRIMARY KEY (title_key, film_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX title_keys_by_film ON film_title_keys (film_id);

CREATE TABLE film_links (                           -- film -> genre, country, language, director, actor
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    film_id TEXT NOT NULL REFERENCES movies_catalog ON DELETE CASCADE,
    PRIMARY KEY (kind, key, film_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_film ON film_links (film_id);

CREATE TABLE people (
    person_id TEXT PRIMARY KEY,
    name      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE film_index (                           -- derived: what a search filters and sorts by, narrow
    film_no       INTEGER PRIMARY KEY,              -- the rowid of film_search
    film_id       TEXT NOT NULL UNIQUE REFERENCES movies_catalog ON DELETE CASCADE,
    sort_title    TEXT NOT NULL,
    year          INTEGER,
    runtime       INTEGER,
    popularity    REAL NOT NULL,
    owner_user_id TEXT
) STRICT;
CREATE INDEX film_index_by_popularity ON film_index (
    popularity DESC, owner_user_id IS NOT NULL, coalesce(year, -1) DESC, film_id
);

CREATE VIRTUAL TABLE film_search USING fts5 (       -- derived: normalised titles and names
    titles, people, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE VIRTUAL TABLE film_words USING fts5vocab (film_search, row);

CREATE TABLE film_corrections (
    correction_id INTEGER PRIMARY KEY,
    film_id       TEXT NOT NULL,
    changed_by    TEXT NOT NULL,
    changed_at    TEXT NOT NULL,
    before        TEXT NOT NULL,                    -- JSON: the facts that changed
    after         TEXT NOT NULL,
    spread        INTEGER NOT NULL DEFAULT 0 CHECK (spread IN (0, 1))  -- into everybody's entries
) STRICT;
CREATE INDEX corrections_by_film ON film_corrections (film_id);
CREATE INDEX corrections_to_spread ON film_corrections (correction_id) WHERE spread = 0;

CREATE TABLE movies (                               -- one row per user and film: the user's film
    user_id            TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    film_id            TEXT NOT NULL REFERENCES movies_catalog,
    rating             INTEGER CHECK (rating BETWEEN 1 AND 10),  -- half-stars
    liked              INTEGER NOT NULL DEFAULT 0 CHECK (liked IN (0, 1)),
    watchlist          INTEGER NOT NULL DEFAULT 0 CHECK (watchlist IN (0, 1)),
    watchlist_added_at TEXT,
    tags               TEXT NOT NULL DEFAULT '[]',  -- JSON
    review             TEXT,
    facts              TEXT NOT NULL,               -- JSON: the film's facts as last counted
    title              TEXT NOT NULL,               -- for sorting
    year               INTEGER,
    runtime            INTEGER,
    watch_count        INTEGER NOT NULL DEFAULT 0,
    last_watched       TEXT,                        -- latest date of the watches, '' when all unknown
    added_at           TEXT NOT NULL,
    rated_at           TEXT,
    updated_at         TEXT NOT NULL,
    version            INTEGER NOT NULL DEFAULT 1,
    seq                INTEGER NOT NULL,            -- of the last event about this film
    import_id          TEXT,                        -- the import that brought it, if one did
    PRIMARY KEY (user_id, film_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX movies_by_film ON movies (film_id);
CREATE INDEX movies_by_rating ON movies (user_id, rating DESC, last_watched DESC, film_id);
CREATE INDEX movies_by_last_watched ON movies (user_id, last_watched DESC, film_id);
CREATE INDEX movies_by_added ON movies (user_id, added_at DESC, film_id);

CREATE TABLE watches (
    user_id  TEXT NOT NULL,
    film_id  TEXT NOT NULL,
    watch_id TEXT NOT NULL,
    date     TEXT NOT NULL DEFAULT '',              -- '', YYYY, YYYY-MM or YYYY-MM-DD
    rewatch  INTEGER NOT NULL DEFAULT 0 CHECK (rewatch IN (0, 1)),
    context  TEXT,
    source   TEXT,                                  -- identity at the source of an import
    position INTEGER NOT NULL,
    PRIMARY KEY (user_id, film_id, watch_id),
    FOREIGN KEY (user_id, film_id) REFERENCES movies (user_id, film_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX watches_by_date ON watches (user_id, date DESC, film_id, watch_id);

CREATE TABLE entry_tags (
    user_id TEXT NOT NULL,
    tag     TEXT NOT NULL,
    film_id TEXT NOT NULL,
    PRIMARY KEY (user_id, tag, film_id),
    FOREIGN KEY (user_id, film_id) REFERENCES movies (user_id, film_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_film ON entry_tags (user_id, film_id);

CREATE TABLE outbox (
    position     INTEGER PRIMARY KEY AUTOINCREMENT, -- order of commit: writers take turns
    user_id      TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    event_type   TEXT NOT NULL,
    film_id      TEXT NOT NULL,
    occurred_at  TEXT NOT NULL,
    payload      BLOB NOT NULL,                     -- JSON: events.core.Event
    published_at TEXT,
    UNIQUE (user_id, seq)
) STRICT;
CREATE INDEX outbox_by_film ON outbox (user_id, film_id, seq);

CREATE TABLE idempotency_keys (
    user_id    TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,                       -- fingerprint of method, path and body
    status     INTEGER NOT NULL,
    etag       TEXT,
    body       BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE lists (
    list_id     TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    version     INTEGER NOT NULL DEFAULT 1,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    import_id   TEXT
) STRICT;
CREATE INDEX lists_by_user ON lists (user_id, updated_at DESC);

CREATE TABLE list_items (
    list_id  TEXT NOT NULL REFERENCES lists ON DELETE CASCADE,
    film_id  TEXT NOT NULL REFERENCES movies_catalog,
    position INTEGER NOT NULL,
    note     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (list_id, film_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_items_by_film ON list_items (film_id);

-- Imports --------------------------------------------------------------------------------------

CREATE TABLE imports (
    import_id  TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    filename   TEXT NOT NULL,
    source     TEXT NOT NULL,
    status     TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT '{}',          -- JSON: progress, counts, mapping, error
    created_at TEXT NOT NULL,
    applied_at TEXT,
    undone_at  TEXT
) STRICT;
CREATE INDEX imports_by_user ON imports (user_id, created_at DESC);

CREATE TABLE import_rows (
    import_id TEXT NOT NULL REFERENCES imports ON DELETE CASCADE,
    row_id    INTEGER NOT NULL,
    kind      TEXT NOT NULL,                        -- film, list, refused
    outcome   TEXT NOT NULL,                        -- added, merged, unchanged, doubtful, not_found, rejected
    film_id   TEXT,
    conflict  INTEGER NOT NULL DEFAULT 0,
    applied   INTEGER NOT NULL DEFAULT 0,
    item      TEXT NOT NULL,                        -- JSON: what the file says
    decision  TEXT NOT NULL DEFAULT '{}',           -- JSON: candidates, choice, resolution, reason
    undo      TEXT,                                 -- JSON: the entry before and after, once applied
    PRIMARY KEY (import_id, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_outcome ON import_rows (import_id, outcome, row_id);
CREATE INDEX import_rows_by_film ON import_rows (film_id) WHERE applied = 1;

CREATE TABLE import_choices (                       -- which film a user means by a wording
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    wording TEXT NOT NULL,                          -- transfer.core.items.FilmRef.key
    film_id TEXT NOT NULL REFERENCES movies_catalog ON DELETE CASCADE,
    PRIMARY KEY (user_id, wording)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_choices_by_film ON import_choices (film_id);

-- Derived: every table below can be rebuilt from the truth -------------------------------------

CREATE TABLE positions (                            -- how far each consumer of the outbox has come
    consumer TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_stats (
    user_id            TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    total_watched      INTEGER NOT NULL DEFAULT 0,
    rated              INTEGER NOT NULL DEFAULT 0,
    sum_half_stars     INTEGER NOT NULL DEFAULT 0,
    watch_time_minutes INTEGER NOT NULL DEFAULT 0,
    viewings           INTEGER NOT NULL DEFAULT 0,
    viewing_minutes    INTEGER NOT NULL DEFAULT 0,
    rewatches          INTEGER NOT NULL DEFAULT 0,
    liked              INTEGER NOT NULL DEFAULT 0,
    reviews            INTEGER NOT NULL DEFAULT 0,
    watchlist          INTEGER NOT NULL DEFAULT 0,
    seq                INTEGER NOT NULL DEFAULT 0,  -- the last event these figures hold
    epoch              INTEGER NOT NULL DEFAULT 0,  -- one more at each rebuild
    stats_version      TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    verified_at        TEXT,
    verified_seq       INTEGER
) STRICT;

-- These two refer to no user: whoever writes them writes user_stats in the same transaction, and a
-- look-up for each of a batch's hundred thousand rows would be felt.
CREATE TABLE user_counters (                        -- rating buckets, months, days, weekdays, years
    user_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    value   INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_spent ON user_counters (user_id) WHERE value <= 0;

CREATE TABLE user_affinities (
    user_id        TEXT NOT NULL,
    type           TEXT NOT NULL,
    entity_id      TEXT NOT NULL,
    name           TEXT NOT NULL,
    count          INTEGER NOT NULL,
    rated          INTEGER NOT NULL,
    sum_half_stars INTEGER NOT NULL,
    PRIMARY KEY (user_id, type, entity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX affinities_by_count                    -- without those met once, who are most
    ON user_affinities (user_id, type, count DESC, sum_half_stars DESC, name, entity_id, rated)
    WHERE count >= 2;
CREATE INDEX affinities_by_mean
    ON user_affinities (user_id, type, rated DESC, sum_half_stars DESC, name, entity_id, count)
    WHERE rated >= 3;
CREATE INDEX affinities_spent                       -- empty unless a batch is just being applied
    ON user_affinities (user_id) WHERE count <= 0 OR rated < 0 OR sum_half_stars < 0;

CREATE TABLE trend_days (                           -- the community: viewings by day
    day   TEXT NOT NULL,
    kind  TEXT NOT NULL,                            -- film or genre
    key   TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (day, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_days_spent ON trend_days (day) WHERE value <= 0;

CREATE TABLE film_stats (                           -- the community: all time, by film
    film_id        TEXT PRIMARY KEY,
    watched        INTEGER NOT NULL DEFAULT 0,
    rated          INTEGER NOT NULL DEFAULT 0,
    sum_half_stars INTEGER NOT NULL DEFAULT 0,
    liked          INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX film_stats_spent ON film_stats (film_id) WHERE watched <= 0;

CREATE TABLE stat_moves (                           -- the last delta cards, to resume a page
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (                         -- events that could not be read, with the reason
    position     INTEGER PRIMARY KEY,               -- in the outbox
    user_id      TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    payload      BLOB NOT NULL,
    reason       TEXT NOT NULL,
    set_aside_at TEXT NOT NULL
) STRICT;

-- Operations -----------------------------------------------------------------------------------

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL                             -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    name        TEXT PRIMARY KEY,
    started_at  TEXT,
    finished_at TEXT,
    result      TEXT                                -- JSON
) STRICT, WITHOUT ROWID;
