//! A lost ledger is made anew from the sidecars that lie beside the reports.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use landfall_core::period::PeriodChoice;
use landfall_core::run::{DatabaseUsed, FileState, Phase, Run, RunState, Step};
use landfall_core::sidecar::{SCHEMA, Sidecar};
use rusqlite::{Connection, params};

use crate::columns::{Moment, PathBytes};
use crate::files::folder_id;
use crate::records::{FoundSidecar, Rebuilt, SkippedSidecar};
use crate::runs::{file_of, insert};
use crate::{Error, Ledger};

/// Run numbers from here on are Unix seconds: those of a generator that was started by hand (the contract, "Runs,
/// names, periods"). They are kept, and don't move the ledger's own numbers.
pub const UNIX_SECONDS_FROM: u64 = 1_000_000_000;

impl Ledger {
    /// Makes runs of the sidecars that lie in `folder` (an absolute path), all in one step.
    ///
    /// Each becomes a succeeded run with its own number, and the next run's number lies above all of them. Nothing of
    /// it is announced, now or later. Runs the ledger has already stay as they are, so that a second rebuild changes
    /// nothing. A sidecar does not name its database; the run gets a server without a name, which equals no other.
    pub fn rebuild_from_sidecars(
        &mut self,
        folder: &str,
        found: &[FoundSidecar],
        at: Timestamp,
    ) -> Result<Rebuilt, Error> {
        rebuild(&mut self.connection, folder, found, at).map_err(Error::Rebuild)
    }
}

fn rebuild(
    connection: &mut Connection,
    folder: &str,
    found: &[FoundSidecar],
    at: Timestamp,
) -> rusqlite::Result<Rebuilt> {
    let transaction = connection.transaction()?;
    let mut rebuilt = Rebuilt::default();
    for FoundSidecar { sidecar, present } in found {
        let known = match unusable(sidecar) {
            Some(reason) => Err(reason),
            None => match file_of(&transaction, sidecar.run)? {
                Some(file) if file == sidecar.file => Ok(true),
                Some(file) => Err(format!("run {} is that of {file}", sidecar.run)),
                None => Ok(false),
            },
        };
        match known {
            Ok(true) => rebuilt.known += 1,
            Ok(false) => {
                insert(&transaction, &run_of(folder, sidecar, *present))?;
                keep_silent(&transaction, folder, sidecar, at)?;
                rebuilt.runs += 1;
            }
            Err(reason) => rebuilt.skipped.push(SkippedSidecar { file: sidecar.file.clone(), reason }),
        }
    }
    if rebuilt.runs > 0 {
        number_announcements_from(&transaction, at)?;
    }
    transaction.commit()?;
    Ok(rebuilt)
}

/// Why no run can be made of a sidecar. Sidecars come from outside: they may be old, new, or written by anyone.
fn unusable(sidecar: &Sidecar) -> Option<String> {
    let numbers = [sidecar.run, sidecar.rows, sidecar.bytes, sidecar.query_ms];
    if sidecar.schema > SCHEMA {
        Some(format!("it was written by a newer Landfall (version {})", sidecar.schema))
    } else if sidecar.file.is_empty() || sidecar.file.contains(['/', '\\', '\0']) {
        Some("its file is not the name of a file".to_owned())
    } else if numbers.iter().any(|number| i64::try_from(*number).is_err()) {
        Some("one of its numbers is out of range".to_owned())
    } else {
        None
    }
}

fn run_of(folder: &str, sidecar: &Sidecar, present: bool) -> Run {
    let queried_at = sidecar.queried_at;
    let query = SignedDuration::from_millis(sidecar.query_ms.cast_signed());
    let rows_at = queried_at.checked_add(query).unwrap_or(queried_at).min(sidecar.finished_at);
    let step = |phase, started_at, ended_at| Step { phase, started_at, ended_at: Some(ended_at) };
    Run {
        number: sidecar.run,
        definition: sidecar.definition.clone(),
        title: sidecar.title.clone(),
        definition_hash: sidecar.definition_hash.clone(),
        choice: PeriodChoice::Range {
            start: sidecar.period.from,
            end: sidecar.period.requested_to.unwrap_or(sidecar.period.to),
        },
        period: sidecar.period,
        timezone: sidecar.timezone.clone(),
        parameters: sidecar.parameters.clone(),
        database: DatabaseUsed::Unknown,
        folder: folder.to_owned(),
        file: sidecar.file.clone(),
        file_state: if present { FileState::Present } else { FileState::Missing },
        repeats: None,
        requested_at: queried_at,
        steps: vec![
            step(Phase::Querying, queried_at, rows_at),
            step(Phase::Finishing, rows_at, sidecar.finished_at),
        ],
        state: RunState::Succeeded {
            ended_at: sidecar.finished_at,
            rows: sidecar.rows,
            bytes: sidecar.bytes,
            sha256: sidecar.sha256.clone(),
            query_ms: sidecar.query_ms,
        },
    }
}

/// Records the file of a sidecar as one that a person has heard of.
fn keep_silent(
    connection: &Connection,
    folder: &str,
    sidecar: &Sidecar,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let folder = folder_id(connection, folder)?;
    connection
        .prepare_cached(
            "INSERT INTO announcements (folder, path, sha256, bytes, at, announced, run)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6) ON CONFLICT (folder, path, sha256) DO NOTHING",
        )?
        .execute(params![
            folder,
            PathBytes(PathBuf::from(&sidecar.file)),
            sidecar.sha256,
            sidecar.bytes,
            Moment(at),
            sidecar.run
        ])?;
    Ok(())
}

/// Lets the numbers of announcements go on from the present Unix second: how far the lost ledger had counted is
/// not known, and a door that stays attached must not take a new announcement for one it has presented.
fn number_announcements_from(connection: &Connection, at: Timestamp) -> rusqlite::Result<()> {
    connection.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'announcements'",
        [at.as_second()],
    )?;
    Ok(())
}
