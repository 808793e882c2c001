//! Watched folders and the workbooks in them.

use std::path::Path;

use jiff::Timestamp;
use landfall_core::announcement::Announcement;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::columns::{Bits, Cells, Moment, PathBytes};
use crate::records::{FileRecord, FileStamp, NewFile};
use crate::search::file_search_text;
use crate::{Error, Ledger};

const COLUMNS: &str =
    "path, bytes, modified_ns, changed_ns, inode, sha256, present, opened_at, files.changed_at, run";

const IN_FOLDER: &str = "files.folder = (SELECT id FROM folders WHERE folder = ?1)";

impl Ledger {
    /// Whether the first scan of a folder (an absolute path) was done in this or an earlier start.
    pub fn has_baseline(&self, folder: &str) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT baseline_at IS NOT NULL FROM folders WHERE folder = ?1")
            .and_then(|mut statement| statement.query_row([folder], |row| row.get(0)).optional())
            .map(|found| found.unwrap_or(false))
            .map_err(Error::ReadFiles)
    }

    /// Keeps that the first scan of a folder is done. The first time counts.
    pub fn set_baseline(&mut self, folder: &str, at: Timestamp) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "INSERT INTO folders (folder, baseline_at) VALUES (?1, ?2)
                 ON CONFLICT (folder) DO UPDATE SET baseline_at = coalesce(baseline_at, excluded.baseline_at)",
            )
            .and_then(|mut statement| statement.execute(params![folder, Moment(at)]))
            .map(drop)
            .map_err(Error::WriteFiles)
    }

    /// The workbooks that were in the folder when it was last looked at, by path.
    pub fn known_files(&self, folder: &str) -> Result<Vec<FileRecord>, Error> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM files WHERE {IN_FOLDER} AND present = 1 ORDER BY path"
            ))
            .and_then(|mut statement| statement.query_map([folder], file_of)?.collect())
            .map_err(Error::ReadFiles)
    }

    /// What is known of one path, also when the file is gone.
    pub fn file(&self, folder: &str, path: &Path) -> Result<Option<FileRecord>, Error> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM files WHERE {IN_FOLDER} AND path = ?2"))
            .and_then(|mut statement| {
                statement.query_row(params![folder, PathBytes(path.to_owned())], file_of).optional()
            })
            .map_err(Error::ReadFiles)
    }

    /// Records complete versions of workbooks, all of them or none.
    ///
    /// The answer has one item for each file: the announcement, if a person is to hear of it. There is none for
    /// what is recorded in silence, and none for content that was recorded at that path before, silently or not.
    pub fn record_files(
        &mut self,
        folder: &str,
        files: &[NewFile],
        at: Timestamp,
    ) -> Result<Vec<Option<Announcement>>, Error> {
        let numbers = record(&mut self.connection, folder, files, at).map_err(Error::WriteFiles)?;
        let mut announced = Vec::with_capacity(files.len());
        for (file, number) in files.iter().zip(numbers) {
            announced.push(match number {
                Some(number) => Some(Announcement {
                    number,
                    folder: folder.to_owned(),
                    path: file.path.to_string_lossy().into_owned(),
                    bytes: file.stamp.bytes,
                    sha256: file.sha256.clone(),
                    at,
                    made_by: self.made_by(file.run)?,
                }),
                None => None,
            });
        }
        Ok(announced)
    }

    /// Keeps that a file is gone, and returns what was known of it. `None` for a path that is not known.
    pub fn mark_removed(&mut self, folder: &str, path: &Path) -> Result<Option<FileRecord>, Error> {
        let known = self.file(folder, path)?;
        if known.as_ref().is_some_and(|file| file.present) {
            self.write_file(
                &format!("UPDATE files SET present = 0 WHERE {IN_FOLDER} AND path = ?2"),
                |update| update.execute(params![folder, PathBytes(path.to_owned())]),
            )?;
        }
        Ok(known)
    }

    /// Keeps that a door opened a file; it is no longer new. False for a path that is not known.
    pub fn mark_opened(&mut self, folder: &str, path: &Path, at: Timestamp) -> Result<bool, Error> {
        let sql = format!("UPDATE files SET opened_at = ?3, unseen = 0 WHERE {IN_FOLDER} AND path = ?2");
        let changed = self.write_file(&sql, |update| {
            update.execute(params![folder, PathBytes(path.to_owned()), Moment(at)])
        })?;
        Ok(changed > 0)
    }

    fn write_file(
        &mut self,
        sql: &str,
        execute: impl FnOnce(&mut rusqlite::CachedStatement<'_>) -> rusqlite::Result<usize>,
    ) -> Result<usize, Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| execute(&mut statement))
            .map_err(Error::WriteFiles)
    }
}

/// The id of a folder, made if it is new.
pub(crate) fn folder_id(connection: &Connection, folder: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("INSERT INTO folders (folder) VALUES (?1) ON CONFLICT (folder) DO NOTHING")?
        .execute([folder])?;
    connection
        .prepare_cached("SELECT id FROM folders WHERE folder = ?1")?
        .query_row([folder], |row| row.get(0))
}

/// The number of each announcement that is to be told.
fn record(
    connection: &mut Connection,
    folder: &str,
    files: &[NewFile],
    at: Timestamp,
) -> rusqlite::Result<Vec<Option<i64>>> {
    let transaction = connection.transaction()?;
    let folder = folder_id(&transaction, folder)?;
    let mut numbers = Vec::with_capacity(files.len());
    for file in files {
        write_file(&transaction, folder, file, at)?;
        let number = write_announcement(&transaction, folder, file, at)?.filter(|_| file.announce);
        if number.is_some() {
            write_told(&transaction, folder, file, at)?;
        }
        numbers.push(number);
    }
    transaction.commit()?;
    Ok(numbers)
}

/// A version without a word is not new to a person: it lay there before, or is their own edit. What was found under the
/// same content stays as it was.
fn write_file(connection: &Connection, folder: i64, file: &NewFile, at: Timestamp) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO files
            (folder, path, bytes, modified_ns, changed_ns, inode, sha256, present, changed_at, run, finished_at, search)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, (SELECT number FROM runs WHERE number = ?9), min(?4, ?8), ?10)
         ON CONFLICT (folder, path) DO UPDATE SET
            bytes = excluded.bytes, modified_ns = excluded.modified_ns, changed_ns = excluded.changed_ns,
            inode = excluded.inode, sha256 = excluded.sha256, present = 1, removal = NULL, hidden_at = NULL,
            changed_at = CASE WHEN sha256 = excluded.sha256 AND present = 1 THEN changed_at
                              ELSE excluded.changed_at END,
            unseen = CASE WHEN sha256 = excluded.sha256 THEN unseen ELSE 0 END,
            finished_at = CASE WHEN sha256 = excluded.sha256 THEN finished_at ELSE excluded.finished_at END,
            run = coalesce(excluded.run, run), search = excluded.search",
    )?;
    statement.execute(params![
        folder,
        PathBytes(file.path.clone()),
        file.stamp.bytes,
        file.stamp.modified_ns,
        file.stamp.changed_ns,
        Bits(file.stamp.inode),
        file.sha256,
        Moment(at),
        file.run,
        file_search_text(&file.path),
    ])?;
    Ok(())
}

/// Keeps that a person is told of the version that was just written.
fn write_told(connection: &Connection, folder: i64, file: &NewFile, at: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE files SET unseen = 1, finished_at = ?3 WHERE folder = ?1 AND path = ?2")?
        .execute(params![folder, PathBytes(file.path.clone()), Moment(at)])
        .map(drop)
}

/// The number under which this content was recorded now; `None` if it had been recorded before.
fn write_announcement(
    connection: &Connection,
    folder: i64,
    file: &NewFile,
    at: Timestamp,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "INSERT INTO announcements (folder, path, sha256, bytes, at, announced, run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT number FROM runs WHERE number = ?7))
             ON CONFLICT (folder, path, sha256) DO NOTHING RETURNING number",
        )?
        .query_row(
            params![
                folder,
                PathBytes(file.path.clone()),
                file.sha256,
                file.stamp.bytes,
                Moment(at),
                file.announce,
                file.run,
            ],
            |row| row.get(0),
        )
        .optional()
}

fn file_of(row: &Row<'_>) -> rusqlite::Result<FileRecord> {
    let mut cells = Cells::of(row);
    Ok(FileRecord {
        path: cells.take::<PathBytes>()?.0,
        stamp: FileStamp {
            bytes: cells.take()?,
            modified_ns: cells.take()?,
            changed_ns: cells.take()?,
            inode: cells.take::<Bits>()?.0,
        },
        sha256: cells.take()?,
        present: cells.take()?,
        opened_at: cells.take_moment()?,
        changed_at: cells.take::<Moment>()?.0,
        run: cells.take()?,
    })
}
