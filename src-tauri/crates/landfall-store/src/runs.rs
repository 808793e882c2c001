//! Runs and the phases they went through.

use std::collections::HashMap;

use landfall_core::code::ApiError;
use landfall_core::names::FIRST_RUN;
use landfall_core::period::Period;
use landfall_core::run::{FileState, Run, RunState, Step};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::columns::{Cells, Json, Moment, Word, conversion};
use crate::search::search_text;
use crate::{Error, Ledger};

/// The columns of a run in the order in which [`run_of`] takes them and [`write`] gives them.
pub(crate) const COLUMNS: &str = "number, definition, title, definition_hash, choice, period_from, period_to, \
     period_requested_to, timezone, parameters, database, folder, file, file_state, repeats, requested_at, state, \
     rows, estimate, ended_at, bytes, sha256, query_ms, error_code, error_message, error_hint, error_subject";

/// Newest first. Numbers alone don't tell: those of a generator started by hand are Unix seconds.
pub(crate) const NEWEST_FIRST: &str = "ORDER BY requested_at DESC, number DESC";

const PLACES: &str = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, \
     ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28";

impl Ledger {
    /// The number of the next run: one more than the highest ever inserted, also of runs that are gone.
    pub fn next_run(&self) -> Result<u64, Error> {
        let last: Option<u64> = self
            .connection
            .query_row("SELECT last FROM sequences WHERE name = 'run'", [], |row| row.get(0))
            .optional()
            .map_err(Error::ReadRuns)?;
        Ok(last.map_or(FIRST_RUN, |last| FIRST_RUN.max(last + 1)))
    }

    /// Keeps a new run, with its phases.
    pub fn insert_run(&mut self, run: &Run) -> Result<(), Error> {
        self.insert_requested_run(run, None)
    }

    /// Keeps a new run, with its phases and what the door called its request. No two runs have the same token.
    pub fn insert_requested_run(&mut self, run: &Run, token: Option<&str>) -> Result<(), Error> {
        let failed = |source| Error::WriteRun { run: run.number, source };
        let transaction = self.connection.transaction().map_err(failed)?;
        insert(&transaction, run)
            .and_then(|()| write_token(&transaction, run.number, token))
            .and_then(|()| transaction.commit())
            .map_err(failed)
    }

    /// The run that was made of the request with this token.
    pub fn run_of_request(&self, token: &str) -> Result<Option<Run>, Error> {
        Ok(self.select("WHERE request = ?1", [token])?.pop())
    }

    /// Keeps what has become of a run: all of it, with its phases.
    pub fn update_run(&mut self, run: &Run) -> Result<(), Error> {
        let failed = |source| Error::WriteRun { run: run.number, source };
        let transaction = self.connection.transaction().map_err(failed)?;
        let sql = format!("UPDATE runs SET ({COLUMNS}, search) = ({PLACES}) WHERE number = ?1");
        if write(&transaction, &sql, run).map_err(failed)? == 0 {
            return Err(Error::UnknownRun { run: run.number });
        }
        write_steps(&transaction, run).and_then(|()| transaction.commit()).map_err(failed)
    }

    /// Keeps what has become of the file of a run. One whose file is there again is on the list again.
    pub fn set_file_state(&mut self, run: u64, state: FileState) -> Result<(), Error> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE runs SET file_state = ?2, hidden_at = CASE WHEN ?2 = 'present' THEN NULL ELSE hidden_at END
                  WHERE number = ?1",
            )
            .and_then(|mut statement| statement.execute(params![run, Word(state)]))
            .map_err(|source| Error::WriteRun { run, source })?;
        if changed == 0 { Err(Error::UnknownRun { run }) } else { Ok(()) }
    }

    /// The run of that number.
    pub fn run(&self, number: u64) -> Result<Option<Run>, Error> {
        let Ok(number) = i64::try_from(number) else {
            return Ok(None);
        };
        Ok(self.select("WHERE number = ?1", [number])?.pop())
    }

    /// Runs that are not over, oldest first. At start they are those that were cut off.
    pub fn open_runs(&self) -> Result<Vec<Run>, Error> {
        self.select("WHERE ended_at IS NULL ORDER BY number", [])
    }

    /// The newest runs that are over and on the list, newest first.
    pub fn recent(&self, limit: u32) -> Result<Vec<Run>, Error> {
        let clause = format!("WHERE ended_at IS NOT NULL AND hidden_at IS NULL {NEWEST_FIRST} LIMIT ?1");
        self.select(&clause, [limit])
    }

    /// The newest good run of a definition on a database: its rows, and the days it was over, with both ends.
    pub fn newest_rows(&self, run: &Run) -> Result<Option<(u64, u64)>, Error> {
        self.connection
            .prepare_cached(
                "SELECT rows, julianday(period_to) - julianday(period_from) + 1 FROM runs
                  WHERE state = 'succeeded' AND definition = ?1 AND database = ?2
                  ORDER BY requested_at DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(params![run.definition, Json(&run.database)], |row| {
                        Ok((row.get(0)?, row.get::<_, f64>(1)?.max(1.0) as u64))
                    })
                    .optional()
            })
            .map_err(Error::ReadRuns)
    }

    /// All runs whose file goes to `folder` (an absolute path), newest first.
    pub fn runs_in(&self, folder: &str) -> Result<Vec<Run>, Error> {
        self.select(&format!("WHERE folder = ?1 {NEWEST_FIRST}"), [folder])
    }

    /// Other runs that asked the same ([`Run::asks_the_same_as`]), succeeded, and whose file was there when it was
    /// last looked at: newest first, at most `limit`.
    pub fn same_as(&self, run: &Run, limit: u32) -> Result<Vec<Run>, Error> {
        self.select(
            &format!(
                "WHERE state = 'succeeded' AND definition_hash = ?1 AND period_from = ?2 AND period_to = ?3
                   AND timezone = ?4 AND parameters = ?5 AND database = ?6 AND file_state = ?7 AND number != ?8
                 {NEWEST_FIRST} LIMIT ?9"
            ),
            params![
                run.definition_hash,
                Word(run.period.from),
                Word(run.period.to),
                run.timezone,
                Json(&run.parameters),
                Json(&run.database),
                Word(FileState::Present),
                run.number,
                limit,
            ],
        )
    }

    /// The runs that `clause` selects, with their phases.
    pub(crate) fn select(&self, clause: &str, values: impl Params) -> Result<Vec<Run>, Error> {
        read(&self.connection, clause, values).map_err(Error::ReadRuns)
    }
}

/// A ledger's own numbers never get here: they begin at ten thousand and go up one by one.
const SEQUENCE_BELOW: u64 = 900_000_000;

/// Writes a new run and sees to it that its number is not given away again.
pub(crate) fn insert(connection: &Connection, run: &Run) -> rusqlite::Result<()> {
    write(connection, &format!("INSERT INTO runs ({COLUMNS}, search) VALUES ({PLACES})"), run)?;
    write_steps(connection, run)?;
    // A description from outside may hold any number; one far beyond what a ledger gives away leaves its sequence alone.
    if run.number < SEQUENCE_BELOW {
        connection
            .prepare_cached(
                "INSERT INTO sequences (name, last) VALUES ('run', ?1)
                 ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last)",
            )?
            .execute([run.number])?;
    }
    Ok(())
}

/// Whether there is a run of that number, and the name of its file.
pub(crate) fn file_of(connection: &Connection, number: u64) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT file FROM runs WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()
}

fn write(connection: &Connection, sql: &str, run: &Run) -> rusqlite::Result<usize> {
    let ended_at = run.state.ended_at().map(Moment);
    let (mut estimate, mut bytes, mut sha256, mut query_ms) = (None, None, None, None);
    match &run.state {
        RunState::Running { estimate: guess, .. } => estimate = *guess,
        RunState::Succeeded { bytes: size, sha256: hash, query_ms: took, .. } => {
            (bytes, sha256, query_ms) = (Some(*size), Some(hash), Some(*took));
        }
        RunState::Queued
        | RunState::Cancelling { .. }
        | RunState::Failed { .. }
        | RunState::Cancelled { .. } => {}
    }
    let error = run.error();
    connection.prepare_cached(sql)?.execute(params![
        run.number,
        run.definition,
        run.title,
        run.definition_hash,
        Json(&run.choice),
        Word(run.period.from),
        Word(run.period.to),
        run.period.requested_to.map(Word),
        run.timezone,
        Json(&run.parameters),
        Json(&run.database),
        run.folder,
        run.file,
        Word(run.file_state),
        run.repeats,
        Moment(run.requested_at),
        run.state.word(),
        run.state.rows(),
        estimate,
        ended_at,
        bytes,
        sha256,
        query_ms,
        error.map(|error| Word(error.code)),
        error.map(|error| &error.message),
        error.map(|error| &error.hint),
        error.and_then(|error| error.subject.as_ref()),
        search_text(run),
    ])
}

fn write_token(connection: &Connection, run: u64, token: Option<&str>) -> rusqlite::Result<()> {
    let Some(token) = token else { return Ok(()) };
    connection
        .prepare_cached("UPDATE runs SET request = ?2 WHERE number = ?1")?
        .execute(params![run, token])
        .map(drop)
}

fn write_steps(connection: &Connection, run: &Run) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO steps (run, position, phase, started_at, ended_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (run, position) DO UPDATE
            SET phase = excluded.phase, started_at = excluded.started_at, ended_at = excluded.ended_at
          WHERE (phase, started_at, ended_at) IS NOT (excluded.phase, excluded.started_at, excluded.ended_at)",
    )?;
    for (position, step) in run.steps.iter().enumerate() {
        let ended_at = step.ended_at.map(Moment);
        statement.execute(params![
            run.number,
            position,
            Word(step.phase),
            Moment(step.started_at),
            ended_at
        ])?;
    }
    connection
        .prepare_cached("DELETE FROM steps WHERE run = ?1 AND position >= ?2")?
        .execute(params![run.number, run.steps.len()])?;
    Ok(())
}

fn read(connection: &Connection, clause: &str, values: impl Params) -> rusqlite::Result<Vec<Run>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs {clause}"))?;
    let mut runs: Vec<Run> = statement.query_map(values, run_of)?.collect::<rusqlite::Result<_>>()?;
    let numbers: Vec<u64> = runs.iter().map(|run| run.number).collect();
    let mut steps: HashMap<u64, Vec<Step>> = HashMap::with_capacity(runs.len());
    let mut statement = connection.prepare_cached(
        "SELECT run, phase, started_at, ended_at FROM steps
          WHERE run IN (SELECT value FROM json_each(?1)) ORDER BY run, position",
    )?;
    let mut rows = statement.query([Json(numbers)])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let run = cells.take()?;
        let step = Step {
            phase: cells.take::<Word<_>>()?.0,
            started_at: cells.take::<Moment>()?.0,
            ended_at: cells.take_moment()?,
        };
        steps.entry(run).or_default().push(step);
    }
    for run in &mut runs {
        run.steps = steps.remove(&run.number).unwrap_or_default();
    }
    Ok(runs)
}

/// The run of a row of [`COLUMNS`], still without its phases.
fn run_of(row: &Row<'_>) -> rusqlite::Result<Run> {
    let mut cells = Cells::of(row);
    Ok(Run {
        number: cells.take()?,
        definition: cells.take()?,
        title: cells.take()?,
        definition_hash: cells.take()?,
        choice: cells.take::<Json<_>>()?.0,
        period: Period {
            from: cells.take::<Word<_>>()?.0,
            to: cells.take::<Word<_>>()?.0,
            requested_to: cells.take::<Option<Word<_>>>()?.map(|day| day.0),
        },
        timezone: cells.take()?,
        parameters: cells.take::<Json<_>>()?.0,
        database: cells.take::<Json<_>>()?.0,
        folder: cells.take()?,
        file: cells.take()?,
        file_state: cells.take::<Word<_>>()?.0,
        repeats: cells.take()?,
        requested_at: cells.take::<Moment>()?.0,
        steps: Vec::new(),
        state: state_of(&mut cells)?,
    })
}

fn state_of(cells: &mut Cells<'_, '_>) -> rusqlite::Result<RunState> {
    let word: String = cells.take()?;
    let rows: u64 = cells.take()?;
    let estimate: Option<u64> = cells.take()?;
    let ended_at = cells.take_moment()?;
    let bytes: Option<u64> = cells.take()?;
    let sha256: Option<String> = cells.take()?;
    let query_ms: Option<u64> = cells.take()?;
    let code: Option<Word<_>> = cells.take()?;
    let message: Option<String> = cells.take()?;
    let hint: Option<String> = cells.take()?;
    let subject: Option<String> = cells.take()?;
    let ended_at = || needed(ended_at, "an end");
    Ok(match word.as_str() {
        "queued" => RunState::Queued,
        "running" => RunState::Running { rows, estimate },
        "cancelling" => RunState::Cancelling { rows },
        "succeeded" => RunState::Succeeded {
            ended_at: ended_at()?,
            rows,
            bytes: needed(bytes, "a size")?,
            sha256: needed(sha256, "a hash")?,
            query_ms: needed(query_ms, "a query time")?,
        },
        "failed" => RunState::Failed {
            ended_at: ended_at()?,
            rows,
            error: ApiError {
                code: needed(code, "an error")?.0,
                message: needed(message, "an error")?,
                hint: needed(hint, "an error")?,
                subject,
            },
        },
        "cancelled" => RunState::Cancelled { ended_at: ended_at()? },
        other => return Err(conversion(format!("a run is in the unknown state {other:?}"))),
    })
}

fn needed<T>(value: Option<T>, what: &str) -> rusqlite::Result<T> {
    value.ok_or_else(|| conversion(format!("a run that is over lacks {what}")))
}
