-- Everybody's figures as the nightly batch counted them; empty where none has run.

CREATE TABLE user_stats_batch (
    version TEXT NOT NULL,                          -- of the batch
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    number  INTEGER NOT NULL,                       -- stands for the user in the training data
    seq     INTEGER NOT NULL,
    figures TEXT,                                   -- JSON; NULL where they are too large
    PRIMARY KEY (version, user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_stats_batch_by_number ON user_stats_batch (version, number);
CREATE INDEX user_stats_batch_by_user ON user_stats_batch (user_id);

CREATE TABLE batch_versions (                       -- which batch readers see
    name        TEXT PRIMARY KEY,
    version     TEXT,
    previous    TEXT,
    building    TEXT,
    finished_at TEXT,
    users       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
