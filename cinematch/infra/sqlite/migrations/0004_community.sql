-- The community where a stream of its own counts it: empty in an embedded installation.

CREATE TABLE community_progress (                   -- the last event of each user that it holds
    user_id TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE community_standing (                   -- how far it has come; one row
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    revision  INTEGER NOT NULL,
    source    TEXT NOT NULL,                        -- bootstrap or streaming_incremental
    since     TEXT NOT NULL,                        -- the first day that is kept
    watermark TEXT
) STRICT;

CREATE TABLE global_stats (                         -- lists for readers
    type     TEXT PRIMARY KEY,
    document TEXT NOT NULL                          -- JSON
) STRICT, WITHOUT ROWID;
