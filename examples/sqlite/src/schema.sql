-- Everything that happened, in order: one row a revision. The last row of a key is its state.
-- AUTOINCREMENT keeps SQLite from giving the number of a row that was compacted away to another one.
CREATE TABLE IF NOT EXISTS changes (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL,
    value    BLOB,    -- NULL where the key was deleted
    previous INTEGER, -- the revision of the state before; NULL where the key was created
    expires  INTEGER  -- when the state ends, in milliseconds since 1970; NULL where it lasts or was replaced
);

CREATE INDEX IF NOT EXISTS changes_by_key ON changes (key, revision);
CREATE INDEX IF NOT EXISTS changes_that_expire ON changes (expires) WHERE expires IS NOT NULL;

-- One row: nobody may read before `compacted`, and what was replaced by `forgotten` is gone.
CREATE TABLE IF NOT EXISTS compaction (
    compacted INTEGER NOT NULL,
    forgotten INTEGER NOT NULL
);

INSERT INTO compaction SELECT 0, 0 WHERE NOT EXISTS (SELECT * FROM compaction);

-- A store has a version before anything is in it. The empty key belongs to no resource.
INSERT INTO changes (key, value) SELECT '', x'' WHERE NOT EXISTS (SELECT * FROM changes);
