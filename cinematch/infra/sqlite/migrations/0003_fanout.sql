-- What is told to people ------------------------------------------------------------------------

CREATE TABLE notification_progress (                -- what one user's events came to, and what was told
    user_id    TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    seq        INTEGER NOT NULL,                    -- of the last event that is in
    films      INTEGER NOT NULL,
    minutes    INTEGER NOT NULL,
    films_told INTEGER NOT NULL,                    -- the highest marks told: they only grow
    hours_told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_imports (                 -- imports whose end is to be told
    import_id TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_imports_by_user ON notification_imports (user_id);

CREATE TABLE notifications (                        -- the inbox
    notification_id TEXT PRIMARY KEY,               -- stands for user/kind/key
    user_id         TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    key             TEXT NOT NULL,
    at              TEXT NOT NULL,
    data            TEXT NOT NULL,                  -- JSON: what the words need
    read_at         TEXT,
    UNIQUE (user_id, kind, key)
) STRICT;
CREATE INDEX notifications_by_time ON notifications (user_id, at DESC, notification_id DESC);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;

CREATE TABLE notification_settings (                -- kinds that a user does not want
    user_id TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    muted   TEXT NOT NULL                           -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_targets (                 -- where notifications go besides the inbox
    target_id   TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    name        TEXT NOT NULL,
    url         TEXT NOT NULL,                      -- of Apprise; may hold a password
    created_at  TEXT NOT NULL,
    failures    INTEGER NOT NULL DEFAULT 0,         -- in a row
    disabled_at TEXT,
    last_error  TEXT
) STRICT;
CREATE INDEX notification_targets_by_user ON notification_targets (user_id, created_at);

CREATE TABLE webhooks (
    webhook_id  TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    url         TEXT NOT NULL,
    secret      TEXT NOT NULL,
    kinds       TEXT NOT NULL,                      -- JSON
    created_at  TEXT NOT NULL,
    failures    INTEGER NOT NULL DEFAULT 0,
    disabled_at TEXT,
    last_error  TEXT
) STRICT;
CREATE INDEX webhooks_by_user ON webhooks (user_id, created_at);

CREATE TABLE deliveries (                           -- messages on their way to a target or webhook
    delivery_id TEXT PRIMARY KEY,                   -- stands for channel and message
    user_id     TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    channel     TEXT NOT NULL CHECK (channel IN ('target', 'webhook')),
    channel_id  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    next_at     TEXT NOT NULL,                      -- when it may be tried; a sender that tries it moves it on
    status      TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'dead')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    finished_at TEXT,
    code        INTEGER,
    error       TEXT
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_at, delivery_id) WHERE status = 'pending';
CREATE INDEX deliveries_by_channel ON deliveries (channel_id, created_at DESC, delivery_id DESC);
CREATE INDEX deliveries_by_user ON deliveries (user_id);
CREATE INDEX deliveries_finished ON deliveries (finished_at) WHERE finished_at IS NOT NULL;

-- Who did what ----------------------------------------------------------------------------------

CREATE TABLE audit_lanes (                          -- the end of each chain
    lane   INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    hash   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_log (                            -- entries are added, and redacted when a user is erased
    entry_id         TEXT PRIMARY KEY,
    lane             INTEGER NOT NULL,
    number           INTEGER NOT NULL,              -- in the lane, from 1
    at               TEXT NOT NULL,
    action           TEXT NOT NULL,
    actor            TEXT,                          -- who did it; goes when that account is erased
    actor_salt       TEXT,
    actor_mark       TEXT NOT NULL,                 -- SHA-256 over salt and actor: this is what is chained
    user_id          TEXT,                          -- whom it is about
    about            TEXT,                          -- JSON: subject and details
    about_salt       TEXT,
    about_mark       TEXT NOT NULL,
    evidence         TEXT,                          -- JSON: of an erasure: what it redacted
    actor_erased_by  TEXT,                          -- the entry that redacted the part
    about_erased_by  TEXT,
    previous         TEXT NOT NULL,                 -- hash of the entry before
    hash             TEXT NOT NULL,
    UNIQUE (lane, number)
) STRICT;
CREATE INDEX audit_by_time ON audit_log (at DESC, entry_id DESC);
CREATE INDEX audit_by_user ON audit_log (user_id, at DESC, entry_id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_actor ON audit_log (actor, at DESC, entry_id DESC) WHERE actor IS NOT NULL;
CREATE INDEX audit_by_action ON audit_log (action, at DESC, entry_id DESC);
CREATE INDEX audit_erased_actors ON audit_log (actor_erased_by) WHERE actor_erased_by IS NOT NULL;
CREATE INDEX audit_erased_abouts ON audit_log (about_erased_by) WHERE about_erased_by IS NOT NULL;
