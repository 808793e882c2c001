//! Where the files of runs lie.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, Ledger};

impl Ledger {
    /// The newest run whose file is `path` (relative) in `folder` (absolute). `None` where Landfall made no such file.
    pub fn run_of_file(&self, folder: &str, path: &Path) -> Result<Option<u64>, Error> {
        // Names of runs' files are ours, so one that is not UTF-8 is nobody's.
        let Some(file) = path.to_str() else { return Ok(None) };
        self.connection
            .prepare_cached(
                "SELECT number FROM runs WHERE folder = ?1 AND file = ?2 ORDER BY number DESC LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row([folder, file], |row| row.get(0)).optional())
            .map_err(Error::ReadRuns)
    }

    /// The names of all files that runs put into `folder` (absolute), whatever has become of them.
    pub fn files_of_runs_in(&self, folder: &str) -> Result<Vec<String>, Error> {
        self.connection
            .prepare_cached("SELECT file FROM runs WHERE folder = ?1 AND file_state != 'none'")
            .and_then(|mut statement| statement.query_map([folder], |row| row.get(0))?.collect())
            .map_err(Error::ReadRuns)
    }

    /// Keeps that the file of a run was moved to another folder (absolute), where it is as new to a person as it was.
    pub fn move_run(&mut self, run: u64, folder: &str) -> Result<(), Error> {
        let failed = |source| Error::WriteRun { run, source };
        let transaction = self.connection.transaction().map_err(failed)?;
        let changed = move_file(&transaction, run, folder)
            .and_then(|()| {
                transaction
                    .prepare_cached("UPDATE runs SET folder = ?2 WHERE number = ?1")?
                    .execute(params![run, folder])
            })
            .map_err(failed)?;
        if changed == 0 {
            return Err(Error::UnknownRun { run });
        }
        transaction.commit().map_err(failed)
    }
}

/// What is known of the file of a run goes along; where it was, it is no longer.
fn move_file(connection: &Connection, run: u64, folder: &str) -> rusqlite::Result<()> {
    let place = "SELECT folders.id, CAST(runs.file AS BLOB) FROM runs JOIN folders ON folders.folder = ";
    connection
        .prepare_cached(&format!(
            "UPDATE files SET unseen = (SELECT unseen FROM files
                                         WHERE (folder, path) = ({place} runs.folder WHERE number = ?1))
              WHERE (folder, path) = ({place} ?2 WHERE number = ?1)
                AND EXISTS (SELECT 1 FROM files WHERE (folder, path) = ({place} runs.folder WHERE number = ?1))"
        ))?
        .execute(params![run, folder])?;
    connection
        .prepare_cached(&format!(
            "UPDATE files SET present = 0, unseen = 0
              WHERE (folder, path) = ({place} runs.folder WHERE number = ?1 AND runs.folder != ?2)"
        ))?
        .execute(params![run, folder])
        .map(drop)
}
