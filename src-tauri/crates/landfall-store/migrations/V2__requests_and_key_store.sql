-- What a door called its request, so that the same request asked twice makes one run. Runs from before have none.
ALTER TABLE runs ADD COLUMN request TEXT;

CREATE UNIQUE INDEX runs_by_token ON runs (request) WHERE request IS NOT NULL;

-- The names of entries in the key store of the system that may hold a password of Landfall. Never a password.
CREATE TABLE key_store_entries (
    entry     TEXT PRIMARY KEY,
    stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
