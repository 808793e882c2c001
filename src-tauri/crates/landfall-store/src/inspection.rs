//! Looking at a ledger before anything is done to it.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::Error;
use crate::copy::with_ending;
use crate::migrations::{AppliedMigration, HISTORY_TABLE, Migrations};
use crate::open::BUSY_TIMEOUT;

/// The version of the ledger, 0 for an empty file. Reads only: a file that is refused stays as it is.
pub(crate) fn inspect(path: &Path, known: &Migrations) -> Result<u32, Error> {
    let path = || path.to_owned();
    let applied = read_history(&path()).map_err(|error| opening(&path(), error))?;
    let History::Applied(applied) = applied else {
        return match applied {
            History::Damaged(detail) => Err(Error::Damaged { path: path(), detail }),
            _ => Err(Error::Foreign { path: path() }),
        };
    };
    let version = applied.iter().map(|migration| migration.version).max().unwrap_or(0);
    if version > known.latest() {
        return Err(Error::Newer { path: path(), found: version, known: known.latest() });
    }
    if let Some(changed) = applied.iter().find(|migration| !known.has(migration)) {
        return Err(Error::Changed { path: path(), version: changed.version });
    }
    Ok(version)
}

enum History {
    /// Oldest first; none for a new file.
    Applied(Vec<AppliedMigration>),
    Damaged(String),
    Foreign,
}

/// Reads the history without a trace, where SQLite can.
///
/// Even a connection that only reads leaves a log and its index beside a database in WAL mode. Where there is no log
/// to read, the file is read as one that can't change; if it turns out that it did, it is read the ordinary way.
fn read_history(path: &Path) -> rusqlite::Result<History> {
    let before = version_on_disk(path);
    if let Some(uri) = before.as_ref().and_then(|_| immutable_uri(path)) {
        let history =
            connect_to_read(&uri, OpenFlags::SQLITE_OPEN_URI).and_then(|ledger| history_of(&ledger));
        if version_on_disk(path) == before {
            return history;
        }
    }
    connect_to_read(path, OpenFlags::empty()).and_then(|ledger| history_of(&ledger))
}

/// Size and time of a ledger that has no log or journal beside it.
fn version_on_disk(path: &Path) -> Option<(u64, SystemTime)> {
    let is_there = |ending| with_ending(path, ending).symlink_metadata().is_ok();
    if is_there("-wal") || is_there("-journal") {
        return None;
    }
    let metadata = path.metadata().ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// The file as a URI that makes SQLite take it for one that nobody changes. Windows paths have too many forms.
fn immutable_uri(path: &Path) -> Option<String> {
    use std::fmt::Write as _;
    if cfg!(windows) {
        return None;
    }
    let mut uri = "file://".to_owned();
    for byte in std::path::absolute(path).ok()?.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            // Writing to a string does not fail.
            byte => write!(uri, "%{byte:02X}").ok()?,
        }
    }
    Some(uri + "?immutable=1")
}

/// Opens the file for reading, with these flags beside.
pub(crate) fn connect_to_read(path: impl AsRef<Path>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

fn history_of(connection: &Connection) -> rusqlite::Result<History> {
    let (tables, ours): (u32, bool) = connection.query_row(
        "SELECT count(*), coalesce(max(name = ?1), 0) FROM sqlite_schema WHERE type = 'table'",
        [HISTORY_TABLE],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if !ours {
        return Ok(if tables == 0 { History::Applied(Vec::new()) } else { History::Foreign });
    }
    // refinery panics on a row that it can't understand, so each one is read strictly here.
    let mut statement = connection.prepare(&format!(
        "SELECT version, name, checksum, applied_on FROM {HISTORY_TABLE} ORDER BY version"
    ))?;
    let mut rows = statement.query([])?;
    let mut applied = Vec::new();
    while let Some(row) = rows.next()? {
        let (version, name): (u32, String) = (row.get(0)?, row.get(1)?);
        let (checksum, applied_on): (String, String) = (row.get(2)?, row.get(3)?);
        match (checksum.parse(), applied_on.parse::<Timestamp>()) {
            (Ok(checksum), Ok(_)) => applied.push(AppliedMigration { version, name, checksum }),
            _ => return Ok(History::Damaged(format!("its history has a strange row for version {version}"))),
        }
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if verdict == "ok" { History::Applied(applied) } else { History::Damaged(verdict) })
}

/// Tells a broken file from one that can't be reached.
pub(crate) fn opening(path: &Path, source: rusqlite::Error) -> Error {
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::Damaged { path: path.to_owned(), detail: source.to_string() }
        }
        _ => Error::Open { path: path.to_owned(), source },
    }
}
