//! The log of each run.

use jiff::Timestamp;
use landfall_core::api::LogLine;
use landfall_core::progress::Level;
use rusqlite::{Connection, params};

use crate::columns::{Cells, Moment, Word};
use crate::runs::file_of;
use crate::{Error, Ledger};

/// The most lines a run's log holds, the last of which says that it is full. Errors go on after it.
pub const LOG_LINES: u64 = 10_000;

/// The most errors that are kept after the log is full: the cause of a failure comes last.
pub const LOG_ERROR_LINES: u64 = 1_000;

/// The longest message that is kept, in bytes; the rest of a longer one is cut off and replaced by `…`.
pub const LOG_MESSAGE_BYTES: usize = 16 * 1024;

const FULL: &str = "The log of this run is full: from here on only errors are kept";

impl Ledger {
    /// Appends a line to the log of a run, and returns what was written: this line; the line that says the log is
    /// full; both; or nothing, when it is.
    ///
    /// A line survives the end of this process at once, and the end of the computer's power once the next run,
    /// file or audit entry has been written: logs are not worth a wait for the disk on each line.
    pub fn append_log(
        &mut self,
        run: u64,
        at: Timestamp,
        level: Level,
        message: &str,
    ) -> Result<Vec<LogLine>, Error> {
        let failed = |source| Error::WriteLog { run, source };
        self.connection.pragma_update(None, "synchronous", "normal").map_err(failed)?;
        let written = append(&mut self.connection, run, at, level, message);
        self.connection.pragma_update(None, "synchronous", "full").map_err(failed)?;
        written.map_err(failed)?.ok_or(Error::UnknownRun { run })
    }

    /// The log of a run from the line after `after` on; 0 for all of it. Empty for a run that is not there.
    pub fn log(&self, run: u64, after: u64) -> Result<Vec<LogLine>, Error> {
        let bound = |number| i64::try_from(number).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(
                "SELECT number, at, level, message FROM log_lines WHERE run = ?1 AND number > ?2 ORDER BY number",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([bound(run), bound(after)], |row| {
                        let mut cells = Cells::of(row);
                        Ok(LogLine {
                            number: cells.take()?,
                            at: cells.take::<Moment>()?.0,
                            level: cells.take::<Word<_>>()?.0,
                            message: cells.take()?,
                        })
                    })?
                    .collect()
            })
            .map_err(|source| Error::ReadLog { run, source })
    }
}

/// `None` when there is no such run.
fn append(
    connection: &mut Connection,
    run: u64,
    at: Timestamp,
    level: Level,
    message: &str,
) -> rusqlite::Result<Option<Vec<LogLine>>> {
    let transaction = connection.transaction()?;
    if file_of(&transaction, run)?.is_none() {
        return Ok(None);
    }
    let last: u64 = transaction
        .prepare_cached("SELECT coalesce(max(number), 0) FROM log_lines WHERE run = ?1")?
        .query_row([run], |row| row.get(0))?;
    let lines = lines_after(last, at, level, message);
    for line in &lines {
        transaction
            .prepare_cached(
                "INSERT INTO log_lines (run, number, at, level, message) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![run, line.number, Moment(line.at), Word(line.level), line.message])?;
    }
    transaction.commit()?;
    Ok(Some(lines))
}

/// What is written after line `last` when `message` comes.
fn lines_after(last: u64, at: Timestamp, level: Level, message: &str) -> Vec<LogLine> {
    let is_error = level == Level::Error;
    let mut lines = Vec::new();
    let mut push = |level, message: &str| {
        let number = last + 1 + lines.len() as u64;
        lines.push(LogLine { number, at, level, message: message.to_owned() });
    };
    if last + 1 == LOG_LINES {
        push(Level::Warning, FULL);
    }
    if last + 1 < LOG_LINES || (is_error && last < LOG_LINES + LOG_ERROR_LINES) {
        push(level, &shortened(message));
    }
    lines
}

fn shortened(message: &str) -> String {
    if message.len() <= LOG_MESSAGE_BYTES {
        return message.to_owned();
    }
    let room = LOG_MESSAGE_BYTES - '…'.len_utf8();
    format!("{}…", &message[..message.floor_char_boundary(room)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(last: u64, level: Level) -> Vec<(u64, bool)> {
        lines_after(last, Timestamp::UNIX_EPOCH, level, "x")
            .into_iter()
            .map(|line| (line.number, line.message == FULL))
            .collect()
    }

    #[test]
    fn the_log_says_once_that_it_is_full_and_goes_on_with_errors() {
        use Level::{Error, Information};
        assert_eq!(numbers(0, Information), [(1, false)]);
        assert_eq!(numbers(LOG_LINES - 2, Information), [(LOG_LINES - 1, false)]);
        assert_eq!(numbers(LOG_LINES - 1, Information), [(LOG_LINES, true)]);
        assert_eq!(numbers(LOG_LINES - 1, Error), [(LOG_LINES, true), (LOG_LINES + 1, false)]);
        assert_eq!(numbers(LOG_LINES, Information), []);
        assert_eq!(numbers(LOG_LINES, Error), [(LOG_LINES + 1, false)]);
        assert_eq!(numbers(LOG_LINES + LOG_ERROR_LINES, Error), []);
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let long = "ä".repeat(LOG_MESSAGE_BYTES);
        let kept = shortened(&long);
        assert!(kept.len() <= LOG_MESSAGE_BYTES && kept.len() > LOG_MESSAGE_BYTES - 4);
        assert!(kept.ends_with("ä…"));
        assert_eq!(shortened("short"), "short");
    }
}
