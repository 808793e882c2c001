//! The library: runs that are over, and the workbooks of others in watched folders, as one list.
//!
//! `watched` is always the absolute paths of the folders that are watched now: a workbook of somebody else's is an entry
//! only while its folder is one of them. Whether a file is really there is for the caller to look at.

mod changes;
mod query;

use std::path::PathBuf;

use jiff::Timestamp;
use landfall_core::code::ApiError;
use landfall_core::library::{EntryState, LibraryEntry, LibraryTotals, Origin, ReportId};
use landfall_core::period::Period;
use landfall_core::run::FileState;
use rusqlite::{OptionalExtension, Row, params};

use crate::columns::{Bytes, Cells, Json, Moment, PathBytes, Word, conversion};
use crate::{Error, Ledger};

/// An entry of the library and the place of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub entry: LibraryEntry,
    /// Absolute path of the folder: a run's own, or the watched one.
    pub folder: String,
    /// Relative to the folder, as the ledger has it.
    pub path: PathBuf,
}

/// Part of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reports {
    pub reports: Vec<Report>,
    /// How many match without limit and offset.
    pub total: u64,
}

impl Ledger {
    /// The entry of that name, also one that is off the list. `None` for a run that is not over.
    pub fn report(&self, id: &ReportId, watched: &[String]) -> Result<Option<Report>, Error> {
        match id {
            ReportId::Run(number) => self.run_report(*number),
            ReportId::File { folder, path } => self.file_report(*folder, path, watched),
        }
        .map_err(Error::ReadLibrary)
    }

    /// What doors call the entry of a file that was seen at `path` in `folder`. `None` for a path that is not known.
    pub fn report_of_file(&self, folder: &str, path: &std::path::Path) -> Result<Option<ReportId>, Error> {
        self.connection
            .prepare_cached(
                "SELECT files.run, files.folder FROM files JOIN folders ON folders.id = files.folder
                  WHERE folders.folder = ?1 AND path = ?2",
            )
            .and_then(|mut statement| {
                let path = PathBytes(path.to_owned());
                statement
                    .query_row(params![folder, path], |row| {
                        Ok(match row.get(0)? {
                            Some(run) => ReportId::Run(run),
                            None => ReportId::File { folder: row.get(1)?, path: path.bytes() },
                        })
                    })
                    .optional()
            })
            .map_err(Error::ReadLibrary)
    }

    /// Files that lie in their folders, and those that a person has not looked at.
    pub fn library_totals(&self, watched: &[String]) -> Result<LibraryTotals, Error> {
        self.connection
            .prepare_cached(&format!(
                "SELECT sum(reports), sum(bytes), sum(unseen) FROM (
                    SELECT count(*) AS reports, coalesce(sum(bytes), 0) AS bytes, 0 AS unseen
                      FROM runs WHERE file_state = 'present'
                    UNION ALL
                    SELECT count(*), coalesce(sum(bytes), 0), 0
                      FROM {OF_OTHERS} WHERE run IS NULL AND present = 1 AND folder IN ({WATCHED})
                    UNION ALL
                    SELECT 0, 0, count(*)
                      FROM files WHERE unseen = 1 AND present = 1 AND (run IS NOT NULL OR folder IN ({WATCHED})))"
            ))
            .and_then(|mut statement| {
                statement.query_row([Json(watched)], |row| {
                    Ok(LibraryTotals { reports: row.get(0)?, bytes: row.get(1)?, unseen: row.get(2)? })
                })
            })
            .map_err(Error::ReadLibrary)
    }

    fn run_report(&self, number: u64) -> rusqlite::Result<Option<Report>> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        self.connection
            .prepare_cached(
                "SELECT number, title, runs.folder, file, definition, period_from, period_to, period_requested_to,
                        timezone, ended_at,
                        (SELECT min(started_at) FROM steps WHERE run = number AND phase != 'queued'),
                        state, file_state, rows, runs.bytes, coalesce(unseen, 0), runs.hidden_at IS NOT NULL,
                        error_code, error_message, error_hint, error_subject
                   FROM runs LEFT JOIN files
                     ON files.folder = (SELECT id FROM folders WHERE folders.folder = runs.folder)
                    AND files.path = CAST(runs.file AS BLOB)
                  WHERE number = ?1 AND ended_at IS NOT NULL",
            )?
            .query_row([number], run_report_of)
            .optional()
    }

    fn file_report(&self, folder: i64, path: &[u8], watched: &[String]) -> rusqlite::Result<Option<Report>> {
        self.connection
            .prepare_cached(&format!(
                "SELECT folders.folder, path, bytes, finished_at, present, removal, unseen, hidden_at IS NOT NULL
                   FROM files JOIN folders ON folders.id = files.folder
                  WHERE run IS NULL AND files.folder = ?2 AND path = ?3 AND files.folder IN ({WATCHED})"
            ))?
            .query_row(params![Json(watched), folder, Bytes(path)], |row| file_report_of(row, folder, path))
            .optional()
    }
}

/// The ledger's numbers of the watched folders; their paths are a JSON array in `?1`.
const WATCHED: &str = "SELECT id FROM folders WHERE folder IN (SELECT value FROM json_each(?1))";

/// Without the hint SQLite reads the files of all runs as well, which are many more.
const OF_OTHERS: &str = "files INDEXED BY files_of_others";

fn run_report_of(row: &Row<'_>) -> rusqlite::Result<Report> {
    let mut cells = Cells::of(row);
    let number = cells.take()?;
    let title = cells.take()?;
    let (folder, file): (String, String) = (cells.take()?, cells.take()?);
    let definition = cells.take()?;
    let period = Period {
        from: cells.take::<Word<_>>()?.0,
        to: cells.take::<Word<_>>()?.0,
        requested_to: cells.take::<Option<Word<_>>>()?.map(|day| day.0),
    };
    let timezone = cells.take()?;
    let finished_at = cells.take::<Moment>()?.0;
    let began_at = cells.take_moment()?;
    let state: String = cells.take()?;
    let file_state = cells.take::<Word<FileState>>()?.0;
    let (rows, bytes): (u64, Option<u64>) = (cells.take()?, cells.take()?);
    let (unseen, hidden) = (cells.take()?, cells.take()?);
    let state = match state.as_str() {
        "succeeded" => state_of_file(file_state),
        "cancelled" => EntryState::Cancelled,
        "failed" => EntryState::Failed {
            error: ApiError {
                code: cells.take::<Word<_>>()?.0,
                message: cells.take()?,
                hint: cells.take()?,
                subject: cells.take()?,
            },
        },
        other => return Err(conversion(format!("a run that is over is in the state {other:?}"))),
    };
    let made_a_file = !matches!(state, EntryState::Failed { .. } | EntryState::Cancelled);
    let took_ms = began_at.map_or(0, |began_at| milliseconds(began_at, finished_at));
    let entry = LibraryEntry {
        id: ReportId::Run(number),
        title,
        file: file.clone(),
        folder: folder.clone(),
        origin: Origin::ThisComputer { run: number, definition, period, timezone, took_ms },
        state,
        rows: made_a_file.then_some(rows),
        bytes,
        finished_at,
        unseen,
        hidden,
    };
    Ok(Report { entry, folder, path: PathBuf::from(file) })
}

fn file_report_of(row: &Row<'_>, folder_number: i64, name: &[u8]) -> rusqlite::Result<Report> {
    let mut cells = Cells::of(row);
    let folder: String = cells.take()?;
    let path = cells.take::<PathBytes>()?.0;
    let bytes = cells.take()?;
    let finished_at = cells.take::<Moment>()?.0;
    let present: bool = cells.take()?;
    let removal: Option<Word<FileState>> = cells.take()?;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own_folder = PathBuf::from(&folder).join(&path);
    let entry = LibraryEntry {
        id: ReportId::File { folder: folder_number, path: name.to_vec() },
        title: file.clone(),
        file,
        folder: own_folder.parent().map_or_else(String::new, |parent| parent.display().to_string()),
        origin: Origin::Elsewhere,
        state: if present {
            EntryState::OnDesktop
        } else {
            removal.map_or(EntryState::Missing, |removal| state_of_file(removal.0))
        },
        rows: None,
        bytes: Some(bytes),
        finished_at,
        unseen: cells.take()?,
        hidden: cells.take()?,
    };
    Ok(Report { entry, folder, path })
}

fn state_of_file(state: FileState) -> EntryState {
    match state {
        FileState::Present | FileState::None => EntryState::OnDesktop,
        FileState::Missing => EntryState::Missing,
        FileState::Trashed => EntryState::Trashed,
        FileState::Deleted => EntryState::Deleted,
    }
}

fn milliseconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}
