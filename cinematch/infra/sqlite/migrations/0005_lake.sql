CREATE TABLE lake_waiting (                         -- the lake's files that are committed and not yet seen
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
