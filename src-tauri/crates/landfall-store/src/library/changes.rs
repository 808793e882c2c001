//! What people do with entries of the library.

use jiff::Timestamp;
use landfall_core::library::ReportId;
use landfall_core::run::FileState;
use rusqlite::{Transaction, params};

use crate::columns::{Bytes, Moment, Word};
use crate::{Error, Ledger};

/// The row of the file of a run in the folder where it goes: `(folder, path) = …`, with the run's number in `?1`.
const FILE_OF_RUN: &str = "(SELECT folders.id, CAST(runs.file AS BLOB) FROM runs JOIN folders
       ON folders.folder = runs.folder WHERE runs.number = ?1)";

impl Ledger {
    /// Keeps what has become of the file of an entry: Landfall removed it ([`FileState::Trashed`],
    /// [`FileState::Deleted`]), somebody else did ([`FileState::Missing`]), or it is back ([`FileState::Present`]). One
    /// that is gone is no longer new.
    pub fn set_report_file(&mut self, id: &ReportId, state: FileState) -> Result<(), Error> {
        let present = state == FileState::Present;
        let removal = matches!(state, FileState::Trashed | FileState::Deleted).then_some(Word(state));
        let update = |place: &str| {
            format!(
                "UPDATE files SET present = ?2, removal = ?3, unseen = CASE WHEN ?2 THEN unseen ELSE 0 END
                  WHERE (folder, path) = {place}"
            )
        };
        self.write_report(|transaction| match id {
            ReportId::Run(run) => {
                transaction
                    .prepare_cached("UPDATE runs SET file_state = ?2 WHERE number = ?1")?
                    .execute(params![run, Word(state)])?;
                transaction.prepare_cached(&update(FILE_OF_RUN))?.execute(params![run, present, removal])
            }
            ReportId::File { folder, path } => transaction
                .prepare_cached(&update("(?1, ?4)"))?
                .execute(params![folder, present, removal, Bytes(path)]),
        })
        .map(drop)
    }

    /// Takes an entry off the list, or with `None` puts it back.
    pub fn hide_report(&mut self, id: &ReportId, at: Option<Timestamp>) -> Result<(), Error> {
        let at = at.map(Moment);
        self.write_report(|transaction| match id {
            ReportId::Run(run) => transaction
                .prepare_cached("UPDATE runs SET hidden_at = ?2 WHERE number = ?1")?
                .execute(params![run, at]),
            ReportId::File { folder, path } => transaction
                .prepare_cached("UPDATE files SET hidden_at = ?2 WHERE folder = ?1 AND path = ?3")?
                .execute(params![folder, at, Bytes(path)]),
        })
        .map(drop)
    }

    /// Keeps that a person has looked at these entries, and returns those that were new until then.
    pub fn mark_seen(&mut self, ids: &[ReportId]) -> Result<Vec<ReportId>, Error> {
        let mut seen = Vec::new();
        self.write_report(|transaction| {
            for id in ids {
                let update = |place: &str| {
                    format!("UPDATE files SET unseen = 0 WHERE unseen = 1 AND (folder, path) = {place}")
                };
                let changed = match id {
                    ReportId::Run(run) => transaction.prepare_cached(&update(FILE_OF_RUN))?.execute([run])?,
                    ReportId::File { folder, path } => transaction
                        .prepare_cached(&update("(?1, ?2)"))?
                        .execute(params![folder, Bytes(path)])?,
                };
                if changed > 0 {
                    seen.push(id.clone());
                }
            }
            Ok(seen.len())
        })?;
        Ok(seen)
    }

    fn write_report(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<usize>,
    ) -> Result<usize, Error> {
        let transaction = self.connection.transaction().map_err(Error::WriteLibrary)?;
        let written = write(&transaction).map_err(Error::WriteLibrary)?;
        transaction.commit().map_err(Error::WriteLibrary)?;
        Ok(written)
    }
}
