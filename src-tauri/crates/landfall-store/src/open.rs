//! Opening the ledger: made if there is none, checked before it is touched, copied before it is migrated.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use crate::columns::PathBytes;
use crate::copy::{copy_before, create_private, sync_folder};
use crate::inspection::{inspect, opening};
use crate::migrations::{MIGRATIONS, Migrations, newest_version};
use crate::search::file_search_text;
use crate::{Error, Ledger};

/// How long a call waits for another program that has the ledger locked, such as a backup.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What SQLite may leave of its log on the disk after a checkpoint, in bytes.
const JOURNAL_SIZE_LIMIT: i64 = 8 * 1024 * 1024;

/// Statements kept ready; there are about forty.
const STATEMENTS: usize = 64;

/// An open ledger and where it came from.
#[derive(Debug)]
pub struct Opened {
    pub ledger: Ledger,
    pub origin: Origin,
}

/// Where an open ledger came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// There was none. If reports lie about, [`Ledger::rebuild_from_sidecars`] brings their runs back; to be called
    /// as long as [`Ledger::has_baseline`] denies, for a program that is killed before it comes to it.
    Created,
    /// It was there, and of this version.
    Present,
    /// It was there and older.
    Migrated {
        from: u32,
        to: u32,
        /// The ledger as it was before each migration, oldest first: `ledger.sqlite3.before-<version>`.
        copies: Vec<PathBuf>,
    },
}

impl Ledger {
    /// Opens the ledger at `path`; its folder must exist. `now` is when migrations are entered in the audit log.
    ///
    /// A ledger that is damaged, of a newer Landfall or of another program is refused and left byte for byte as it
    /// is. A second open of the same path is harmless; who may write is settled by the engine's lock.
    pub fn open(path: &Path, now: Timestamp) -> Result<Opened, Error> {
        open_as(path, now, MIGRATIONS)
    }
}

/// Opens the ledger as a program does that knows just these migrations.
fn open_as(path: &Path, now: Timestamp, texts: &[(&str, &str)]) -> Result<Opened, Error> {
    let migrate = |source| Error::Migrate { path: path.to_owned(), source };
    let known = Migrations::read(texts).map_err(migrate)?;
    create_private(path).map_err(|source| Error::Create { path: path.to_owned(), source })?;
    let version = inspect(path, &known)?;

    let mut connection = connect(path).map_err(|error| opening(path, error))?;
    let mut copies = Vec::new();
    for next in known.after(version) {
        if version > 0 {
            copies.extend(copy_once(&mut connection, path, next)?);
        }
        if let Err(source) = known.apply(&mut connection, next) {
            // Two programs that open a new ledger at once both migrate it, and one of them comes too late.
            if inspect(path, &known)? < next {
                return Err(migrate(source));
            }
        }
    }
    if version == 0 {
        // SQLite takes care of what is in the file; that there is a file is ours to say.
        sync_folder(path).map_err(|source| Error::Create { path: path.to_owned(), source })?;
    }
    fill_in(&mut connection).map_err(|error| opening(path, error))?;
    let mut ledger = Ledger { connection };
    let origin = match version {
        0 => Origin::Created,
        version if version == known.latest() => Origin::Present,
        from => {
            let to = known.latest();
            ledger.audit(now, "migrate-ledger", &format!("version {from} to {to}"), "done")?;
            Origin::Migrated { from, to, copies }
        }
    };
    Ok(Opened { ledger, origin })
}

/// What a migration could not work out by itself: words in lower case. A program that is killed in it does the rest at
/// the next open.
fn fill_in(connection: &mut Connection) -> rusqlite::Result<()> {
    let is_there: bool = connection.query_row(
        "SELECT count(*) > 0 FROM pragma_table_info('files') WHERE name = 'search'",
        [],
        |row| row.get(0),
    )?;
    if !is_there {
        return Ok(());
    }
    let lacking: Vec<(i64, PathBytes)> = connection
        .prepare("SELECT folder, path FROM files WHERE search IS NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if lacking.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for (folder, path) in lacking {
        transaction
            .prepare_cached("UPDATE files SET search = ?3 WHERE folder = ?1 AND path = ?2")?
            .execute(params![folder, path, file_search_text(&path.0)])?;
    }
    transaction.commit()
}

/// Copies the ledger before migration `next`, unless another program has applied it by now. The ledger is locked
/// against writers meanwhile, so that the copy is of the old version.
fn copy_once(connection: &mut Connection, path: &Path, next: u32) -> Result<Option<PathBuf>, Error> {
    let reading = |error| opening(path, error);
    let lock = connection.transaction().map_err(reading)?;
    if newest_version(&lock).map_err(reading)? >= next {
        return Ok(None);
    }
    copy_before(path, next).map(Some)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A transaction that takes its lock only when it first writes does not wait for another writer but fails.
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    // A file system without shared memory keeps its rollback journal, which is as safe and only slower.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "journal_size_limit", JOURNAL_SIZE_LIMIT, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
