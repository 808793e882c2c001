-- The ledger. Times are nanoseconds since 1970-01-01 UTC; words are those of the engine's JSON.

-- The highest number ever given away, so that no run number is used twice, whatever is deleted.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    number              INTEGER PRIMARY KEY,
    definition          TEXT NOT NULL,
    title               TEXT NOT NULL,
    definition_hash     TEXT NOT NULL,
    choice              TEXT NOT NULL,      -- JSON
    period_from         TEXT NOT NULL,      -- calendar days, both inclusive, in `timezone`
    period_to           TEXT NOT NULL,
    period_requested_to TEXT,
    timezone            TEXT NOT NULL,
    parameters          TEXT NOT NULL,      -- JSON object, keys sorted, so that equal ones are equal text
    database            TEXT NOT NULL,      -- JSON object, never with a password
    folder              TEXT NOT NULL,
    file                TEXT NOT NULL,
    file_state          TEXT NOT NULL,
    repeats             INTEGER,
    requested_at        INTEGER NOT NULL,
    state               TEXT NOT NULL,
    rows                INTEGER NOT NULL,
    estimate            INTEGER,
    ended_at            INTEGER,            -- NULL while the run is not over
    bytes               INTEGER,
    sha256              TEXT,
    query_ms            INTEGER,
    error_code          TEXT,
    error_message       TEXT,
    error_hint          TEXT,
    error_subject       TEXT,
    search              TEXT NOT NULL       -- everything a person searches by, in lower case
) STRICT;

CREATE INDEX runs_by_request ON runs (requested_at DESC, number DESC);
CREATE INDEX runs_open ON runs (number) WHERE ended_at IS NULL;
CREATE INDEX runs_by_file ON runs (folder, file);
CREATE INDEX runs_asked ON runs (definition_hash, period_from, period_to) WHERE state = 'succeeded';

-- The phases of a run, in order.
CREATE TABLE steps (
    run        INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    phase      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_lines (
    run     INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    level   TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Watched folders, by their absolute path.
CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    folder      TEXT NOT NULL UNIQUE,
    baseline_at INTEGER                     -- when its first scan was done; NULL before
) STRICT;

-- The newest known version of each workbook. Paths are bytes, because names need not be UTF-8.
CREATE TABLE files (
    folder      INTEGER NOT NULL REFERENCES folders (id),
    path        BLOB NOT NULL,
    bytes       INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    changed_ns  INTEGER,
    inode       INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    present     INTEGER NOT NULL,
    opened_at   INTEGER,
    changed_at  INTEGER NOT NULL,
    run         INTEGER REFERENCES runs (number) ON DELETE SET NULL,
    PRIMARY KEY (folder, path)
) STRICT, WITHOUT ROWID;

-- Every content ever seen at a path, once. `announced` is 0 for what was recorded without a word.
CREATE TABLE announcements (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    folder    INTEGER NOT NULL REFERENCES folders (id),
    path      BLOB NOT NULL,
    sha256    TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    run       INTEGER REFERENCES runs (number) ON DELETE SET NULL,
    UNIQUE (folder, path, sha256)
) STRICT;

CREATE INDEX announcements_announced ON announcements (number) WHERE announced = 1;

-- What was deleted, moved or otherwise done that can't be undone.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;

-- Reports of crashes that a person has looked at.
CREATE TABLE crashes_seen (
    name    TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
