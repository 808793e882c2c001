//! One run from the request to the published file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use landfall_core::definition::Definition;
use landfall_core::names;
use landfall_core::period::Period;
use landfall_core::progress::{Finished, Level, Progress};
use landfall_core::run::Phase;
use landfall_core::sidecar::{SCHEMA, Sidecar};
use landfall_database::connect::{CancelHandle, Connection, Target, connect};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::query::{Author, Query};
use super::rows::Intake;
use super::saving::{Saved, StopOnDrop, guarded, save};
use super::sheets::{Filled, Sheets};
use super::summary::Sums;
use super::summary_sheet::{self, Facts};
use super::{ReportError, space};
use crate::publish::{Claim, Part, PublishError, publish, sha256_of, sweep};

/// How long the database may take to let the report in.
const CONNECT_DEADLINE: Duration = Duration::from_secs(15);
/// What every file system of a desktop takes as a name.
const LONGEST_NAME_BYTES: usize = 255;
/// How long the request to end the query may take when the run is cancelled.
const CANCEL_DEADLINE: Duration = Duration::from_secs(2);
/// Unfinished work of others is left alone for so long.
const STALE_AFTER: Duration = Duration::from_hours(24);
/// Numbers that a run started by hand tries when its own is taken.
const NUMBERS_TO_TRY: u64 = 100;
/// Of the workbook's ZIP, from 1 to 9: a third of the time of 6 for a tenth more bytes (measured).
const COMPRESSION_LEVEL: u8 = 3;

/// What to make.
#[derive(Debug, Clone)]
pub struct Request {
    pub definition: Definition,
    /// Whether it is the definition that Landfall ships.
    pub built_in: bool,
    pub period: Period,
    pub zone: TimeZone,
    /// IANA name of `zone`.
    pub zone_name: String,
    /// Values of the definition's parameters, by name.
    pub parameters: BTreeMap<String, String>,
    pub target: Target,
    pub output: Output,
    pub run: RunNumber,
    /// The time now.
    pub clock: fn() -> Timestamp,
}

/// Where the workbook goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Into this folder, under the name that the definition gives.
    Folder(PathBuf),
    /// To this very file.
    File(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunNumber {
    /// The ledger's. If the name is taken the run fails, since numbers are not used twice.
    Fixed(u64),
    /// The first to try; the next free one is taken (contract: "the generator by hand tries +1").
    FirstFree(u64),
}

/// Makes the report. `events` hears of progress; when `cancelled` completes, the query is ended on the server,
/// all unfinished work is removed, and the answer is [`ReportError::Cancelled`].
pub async fn run(
    request: &Request,
    events: &mut dyn FnMut(Progress),
    cancelled: impl Future<Output = ()>,
) -> Result<Finished, ReportError> {
    let cancel = RefCell::new(None);
    let mut work = pin!(make(request, events, &cancel));
    tokio::select! {
        biased;
        () = cancelled => {}
        result = &mut work => return result,
    }
    let handle: Option<CancelHandle> = cancel.borrow_mut().take();
    if let Some(handle) = handle {
        // The socket is closed right after; a server that can't be asked notices that.
        let _ = tokio::time::timeout(CANCEL_DEADLINE, handle.cancel_query()).await;
    }
    Err(ReportError::Cancelled)
}

async fn make(
    request: &Request,
    events: &mut dyn FnMut(Progress),
    cancel: &RefCell<Option<CancelHandle>>,
) -> Result<Finished, ReportError> {
    let definition = &request.definition;
    let range = request.period.instants(&request.zone).map_err(ReportError::Instants)?;
    let (values, record) = definition.bind(&request.parameters)?;
    let place = Place::claim(request)?;
    clean_up(&place.folder, (request.clock)(), events);
    if let Some(asked) = request.period.requested_to {
        log(
            events,
            Level::Warning,
            format!("The end {asked} lies in the future; it is set back to {}", request.period.to),
        );
    }

    phase(events, Phase::Connecting);
    let name = format!("Landfall ticketing-report {}", place.claim.run());
    let connection = connect(&request.target, &name, CONNECT_DEADLINE).await?;
    *cancel.borrow_mut() = Some(connection.cancel.clone());

    phase(events, Phase::Querying);
    let harvest = harvest(request, &connection, range, &values, &place, events).await?;
    *cancel.borrow_mut() = None;
    connection.close().await;

    phase(events, Phase::Finishing);
    let (workbook, rows) = put_together(request, &harvest.0, harvest.1, &record, events)?;
    let (part, file) = (place.part, place.file);
    let stop = StopOnDrop::default();
    let saved = save_on_thread(workbook, file, &stop).await?;

    phase(events, Phase::Checking);
    check(&part, &saved).await?;

    phase(events, Phase::Publishing);
    let sidecar = Sidecar {
        schema: SCHEMA,
        file: place.name,
        run: place.claim.run(),
        definition: definition.name.clone(),
        definition_hash: definition.hash.clone(),
        title: definition.title.clone(),
        period: request.period,
        timezone: request.zone_name.clone(),
        parameters: record,
        rows,
        bytes: saved.bytes,
        sha256: saved.sha256,
        queried_at: harvest.0.queried_at,
        query_ms: harvest.0.query_ms,
        finished_at: (request.clock)(),
        generator: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let path = publish(&place.folder, &part, &sidecar)?;
    Ok(Finished {
        file: path.display().to_string(),
        rows,
        bytes: sidecar.bytes,
        sha256: sidecar.sha256,
        query_ms: sidecar.query_ms,
    })
}

/// A claimed number, and the hidden file that will become the workbook. Fields are dropped in this order.
struct Place {
    part: Part,
    file: File,
    claim: Claim,
    folder: PathBuf,
    name: String,
}

impl Place {
    fn claim(request: &Request) -> Result<Self, ReportError> {
        let (first, last) = match request.run {
            RunNumber::Fixed(run) => (run, run),
            RunNumber::FirstFree(run) => (run, run + NUMBERS_TO_TRY),
        };
        let mut number = first;
        loop {
            match Self::try_number(request, number) {
                Err(PublishError::Claimed { .. } | PublishError::Exists { .. })
                    if number < last && matches!(request.output, Output::Folder(_)) =>
                {
                    number += 1;
                }
                other => return Ok(other?),
            }
        }
    }

    fn try_number(request: &Request, run: u64) -> Result<Self, PublishError> {
        let definition = &request.definition;
        let (folder, name) = match &request.output {
            Output::Folder(folder) => {
                let name =
                    names::workbook_name(&definition.file_name, &definition.name, &request.period, run);
                (folder.as_path(), name)
            }
            Output::File(file) => {
                let folder =
                    file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
                let name =
                    file.file_name().and_then(|name| name.to_str()).ok_or_else(|| PublishError::Create {
                        path: file.clone(),
                        source: std::io::Error::other("the name is not UTF-8 text"),
                    })?;
                (folder, name.to_owned())
            }
        };
        let folder = std::path::absolute(folder)
            .map_err(|source| PublishError::Read { path: folder.to_owned(), source })?;
        let sidecar = names::sidecar_name(&name);
        if names::part_name(&sidecar, run).len() > LONGEST_NAME_BYTES {
            return Err(PublishError::Create {
                path: folder.join(&name),
                source: std::io::Error::from(std::io::ErrorKind::InvalidFilename),
            });
        }
        let claim = Claim::take(&folder, run)?;
        for target in [folder.join(&name), folder.join(sidecar)] {
            if target.symlink_metadata().is_ok() {
                return Err(PublishError::Exists { path: target });
            }
        }
        let (part, file) = Part::create(&folder, &name, run)?;
        Ok(Self { part, file, claim, folder, name })
    }
}

/// Removes what generators that died long ago left in the folder. What can't be removed is no fault of this run.
fn clean_up(folder: &Path, now: Timestamp, events: &mut dyn FnMut(Progress)) {
    let now = SystemTime::from(now);
    let is_stale = |changed: SystemTime| now.duration_since(changed).is_ok_and(|age| age > STALE_AFTER);
    match sweep(folder, |_, changed| is_stale(changed)) {
        Ok(swept) if swept.removed.is_empty() => {}
        Ok(swept) => {
            let count = swept.removed.len();
            log(
                events,
                Level::Information,
                format!("Removed unfinished work of dead runs: {count} files or folders"),
            );
        }
        Err(error) => log(events, Level::Warning, format!("Unfinished work of dead runs stays: {error}")),
    }
}

struct Timing {
    queried_at: Timestamp,
    query_ms: u64,
    sums: Sums,
}

/// Runs the query and takes in its rows.
async fn harvest(
    request: &Request,
    connection: &Connection,
    range: std::ops::Range<Timestamp>,
    values: &[String],
    place: &Place,
    events: &mut dyn FnMut(Progress),
) -> Result<(Timing, Filled), ReportError> {
    let definition = &request.definition;
    let author = Author { built_in: request.built_in, database: &request.target.database };
    let query =
        Query::prepare(&connection.client, definition, author, range, &request.zone_name, values).await?;
    let estimate = query.estimate(definition).await?;
    if let Some(estimate) = estimate {
        let columns = definition.columns.len() as u64;
        space::check(&place.folder, estimate.rows, columns, estimate.row_bytes)?;
    }
    let types: Vec<_> = query.columns.iter().map(|(_, wire_type)| *wire_type).collect();
    let queried_at = (request.clock)();
    let sheets = guarded(|| {
        let workbook = begin_workbook(request, place.claim.work_folder(), queried_at)?;
        Ok(Sheets::begin(workbook, &definition.sheet, &definition.columns, &types, &request.zone_name)?)
    })?;
    let started = Instant::now();
    let rows = query.rows(definition, author).await?;
    let mut intake = Intake::new(definition, &query.columns, &request.zone, sheets);
    intake.take_all(rows, author, estimate.map(|estimate| estimate.rows), events).await?;
    let query_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    connection.client.batch_execute("COMMIT").await.map_err(ReportError::of_query)?;
    let Intake { sheets, sums, .. } = intake;
    let filled = guarded(|| Ok(sheets.finish()?))?;
    Ok((Timing { queried_at, query_ms, sums }, filled))
}

fn begin_workbook(request: &Request, work_folder: &Path, now: Timestamp) -> Result<Workbook, ReportError> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION_LEVEL);
    workbook.set_tempdir(work_folder)?;
    let properties = DocProperties::new()
        .set_title(&request.definition.title)
        .set_subject(request.period.to_string())
        .set_author("Landfall")
        .set_creation_datetime(&ExcelDateTime::from_timestamp(now.as_second())?);
    workbook.set_properties(&properties);
    Ok(workbook)
}

fn put_together(
    request: &Request,
    timing: &Timing,
    filled: Filled,
    record: &BTreeMap<String, String>,
    events: &mut dyn FnMut(Progress),
) -> Result<(Workbook, u64), ReportError> {
    let Filled { mut workbook, rows, cut, sheets } = filled;
    if cut > 0 {
        log(
            events,
            Level::Warning,
            format!("{cut} texts were longer than a cell holds (32,767 characters) and were cut"),
        );
    }
    if sheets > 1 {
        log(events, Level::Information, format!("The rows fill {sheets} sheets"));
    }
    if timing.sums.without_amount > 0 {
        let count = timing.sums.without_amount;
        log(
            events,
            Level::Warning,
            format!("{count} rows have an amount that can't be added; Summary counts them without it"),
        );
    }
    if rows == 0 {
        log(events, Level::Information, "No rows in this period".to_owned());
    }
    let value = |name: &String| record.get(name).cloned().unwrap_or_default();
    let parameters = &request.definition.parameters;
    let facts = Facts {
        definition: &request.definition,
        period: request.period,
        zone: &request.zone,
        zone_name: &request.zone_name,
        parameters: parameters.iter().map(|known| (known.title.clone(), value(&known.name))).collect(),
        queried_at: timing.queried_at,
        query_ms: timing.query_ms,
        rows,
    };
    guarded(|| {
        summary_sheet::add(&mut workbook, &facts, &timing.sums)?;
        Ok(())
    })?;
    Ok((workbook, rows))
}

async fn save_on_thread(workbook: Workbook, file: File, stop: &StopOnDrop) -> Result<Saved, ReportError> {
    let flag = stop.flag();
    match tokio::task::spawn_blocking(move || save(workbook, file, flag)).await {
        Ok(saved) => saved,
        Err(error) => Err(ReportError::Writer(error.to_string())),
    }
}

/// Reads the file back: what will be published is what was written.
async fn check(part: &Part, saved: &Saved) -> Result<(), ReportError> {
    let path = part.path().to_owned();
    let read = tokio::task::spawn_blocking(move || sha256_of(&path)).await;
    let (sha256, bytes) = read.map_err(|error| ReportError::Writer(error.to_string()))??;
    if sha256 == saved.sha256 && bytes == saved.bytes { Ok(()) } else { Err(ReportError::Damaged) }
}

fn phase(events: &mut dyn FnMut(Progress), phase: Phase) {
    events(Progress::Phase { phase });
}

fn log(events: &mut dyn FnMut(Progress), level: Level, message: String) {
    events(Progress::Log { level, message });
}
