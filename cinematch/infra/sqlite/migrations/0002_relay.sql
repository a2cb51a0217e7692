-- Events on their way out: who publishes, and what each consumer has handled.

CREATE TABLE relay_leases (                          -- whose turn it is to publish a lane
    lane   INTEGER PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
) STRICT;

CREATE TABLE consumer_offsets (                      -- by topic_id: a topic made anew begins at 0
    consumer    TEXT NOT NULL,
    topic_id    TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer, topic_id, "partition")
) STRICT, WITHOUT ROWID;

CREATE TABLE consumer_seqs (                         -- the last event handled of each user
    consumer TEXT NOT NULL,
    user_id  TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (consumer, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consumer_seqs_by_user ON consumer_seqs (user_id);

CREATE TABLE set_aside_events (                      -- dead letters of the consumers
    consumer     TEXT NOT NULL,
    letter_id    TEXT NOT NULL,                      -- user/seq, or topic/partition/offset
    user_id      TEXT REFERENCES users ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    payload      BLOB NOT NULL,
    topic        TEXT NOT NULL,
    "partition"  INTEGER NOT NULL,
    "offset"     INTEGER NOT NULL,
    set_aside_at TEXT NOT NULL,
    wanted       INTEGER NOT NULL DEFAULT 0,         -- somebody asked for another try
    published_at TEXT,                               -- on the topic of dead letters
    PRIMARY KEY (consumer, letter_id)
) STRICT;
CREATE INDEX set_aside_events_by_user ON set_aside_events (user_id);
