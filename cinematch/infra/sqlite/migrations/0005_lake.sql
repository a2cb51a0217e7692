CREATE TABLE lake_waiting (                         -- the lake's files that are committed and not yet seen
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE lake_erasures (                        -- who is still to be taken out of the lake's files
    user_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
