-- The library: every run that is over, and the workbooks of others in watched folders.

-- When an entry without a file was taken off the list.
ALTER TABLE runs ADD COLUMN hidden_at INTEGER;
ALTER TABLE files ADD COLUMN hidden_at INTEGER;

-- What Landfall did with a file that is gone: 'trashed' or 'deleted'; NULL for one that somebody else removed.
ALTER TABLE files ADD COLUMN removal TEXT;

-- 1 from an announcement until a person has looked.
ALTER TABLE files ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;

-- When the newest version was announced; of one that was recorded without a word, when it was last changed.
ALTER TABLE files ADD COLUMN finished_at INTEGER NOT NULL DEFAULT 0;
UPDATE files SET finished_at = CASE
    WHEN EXISTS (SELECT 1 FROM announcements AS told
                  WHERE told.folder = files.folder AND told.path = files.path AND told.sha256 = files.sha256
                    AND told.announced = 1)
    THEN changed_at ELSE min(modified_ns, changed_at) END;

-- The name in lower case. SQLite lowers only ASCII, so that the program fills it in where it is NULL.
ALTER TABLE files ADD COLUMN search TEXT;
CREATE INDEX files_without_search ON files (folder) WHERE search IS NULL;

CREATE INDEX runs_finished ON runs (ended_at DESC, number DESC) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_present ON runs (bytes) WHERE file_state = 'present';
CREATE INDEX runs_done ON runs (definition, database, requested_at DESC) WHERE state = 'succeeded';
CREATE INDEX files_of_others ON files (folder, present, bytes) WHERE run IS NULL;
CREATE INDEX files_unseen ON files (folder, path) WHERE unseen = 1;
