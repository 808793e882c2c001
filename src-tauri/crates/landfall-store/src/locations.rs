//! Where the files of runs lie.

use std::path::Path;

use rusqlite::{OptionalExtension, params};

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

    /// Keeps that the file of a run was moved to another folder (absolute).
    pub fn move_run(&mut self, run: u64, folder: &str) -> Result<(), Error> {
        let changed = self
            .connection
            .prepare_cached("UPDATE runs SET folder = ?2 WHERE number = ?1")
            .and_then(|mut statement| statement.execute(params![run, folder]))
            .map_err(|source| Error::WriteRun { run, source })?;
        if changed == 0 { Err(Error::UnknownRun { run }) } else { Ok(()) }
    }
}
