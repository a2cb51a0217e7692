-- The recommender: what it was asked to do, its models, and what people tell it beside ratings. A
-- model's arrays are files (data/models), not rows.

CREATE TABLE recommender_jobs (                     -- trainings, evaluations, searches for K
    job_id     TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('train', 'evaluate', 'optimise-k')),
    status     TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    options    TEXT NOT NULL,                       -- JSON
    asked_by   TEXT,                                -- NULL once the account is gone
    asked_at   TEXT NOT NULL,
    started_at TEXT,
    ended_at   TEXT,
    beat_at    TEXT,                                -- last sign of life of who does it
    cancel     INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)),
    progress   INTEGER NOT NULL DEFAULT 0,          -- 0 to 100
    phase      TEXT NOT NULL DEFAULT '',
    result     TEXT,                                -- JSON
    error      TEXT
) STRICT;
CREATE INDEX recommender_jobs_open ON recommender_jobs (asked_at, job_id)
    WHERE status IN ('waiting', 'running');
CREATE INDEX recommender_jobs_by_kind ON recommender_jobs (kind, asked_at DESC, job_id DESC);
CREATE INDEX recommender_jobs_by_time ON recommender_jobs (asked_at DESC, job_id DESC);

CREATE TABLE recommender_messages (                 -- what jobs said, numbered from 1
    job_id TEXT NOT NULL REFERENCES recommender_jobs ON DELETE CASCADE,
    number INTEGER NOT NULL,
    data   TEXT NOT NULL,                           -- JSON
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
    version     TEXT PRIMARY KEY,
    status      TEXT NOT NULL CHECK (status IN ('champion', 'challenger', 'retired', 'refused')),
    created_at  TEXT NOT NULL,
    promoted_at TEXT,
    manifest    TEXT NOT NULL                       -- JSON: recommender.core.model.Manifest
) STRICT;
CREATE UNIQUE INDEX models_champion ON models (status) WHERE status = 'champion';
CREATE INDEX models_by_time ON models (created_at DESC, version DESC);

CREATE TABLE taste_marks (                          -- films that a user has set aside
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    film_id TEXT NOT NULL REFERENCES movies_catalog ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('muted', 'not interested')),
    at      TEXT NOT NULL,
    PRIMARY KEY (user_id, film_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX taste_marks_by_film ON taste_marks (film_id);

CREATE TABLE taste_preferences (                    -- a user's knobs
    user_id     TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    preferences TEXT NOT NULL                       -- JSON: recommender.core.records.Preferences
) STRICT, WITHOUT ROWID;

CREATE TABLE suggestions_shown (                    -- the last time that a film was suggested
    user_id   TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    film_id   TEXT NOT NULL REFERENCES movies_catalog ON DELETE CASCADE,
    at        TEXT NOT NULL,
    times     INTEGER NOT NULL,                     -- on how many days
    place     INTEGER NOT NULL,                     -- in the list, from 1
    predicted REAL NOT NULL,                        -- stars, with the bounds of the 80 % interval
    low       REAL NOT NULL,
    high      REAL NOT NULL,
    model     TEXT NOT NULL,                        -- version, or none
    PRIMARY KEY (user_id, film_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suggestions_shown_by_film ON suggestions_shown (film_id);
CREATE INDEX suggestions_shown_by_time ON suggestions_shown (at);

-- The owner is in it so that a count need not look at the films themselves.
CREATE INDEX catalogue_changes ON movies_catalog (owner_user_id, updated_at, version)
    WHERE owner_user_id IS NULL;
