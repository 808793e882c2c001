//! The ledger: what Landfall remembers of runs, their logs, the files it saw and what it announced.
//!
//! One SQLite file (`ledger.sqlite3`) in the data folder, with one writer: the engine, which holds the lock of that
//! folder. Every call blocks and, unless it says otherwise, has reached the disk when it returns, so that a program
//! or computer that stops at any moment loses nothing it was told is kept. No password is ever written here.
//!
//! * [`Ledger::open`] makes, checks and migrates the file; it never overwrites one it can't read.
//! * Runs, their search and their log: `runs`, `search`, `logs`.
//! * Watched folders, files and announcements: `files`, `announcements`.
//! * Runs that are over and the workbooks of others, as one list: `library`.
//! * What was done that can't be undone, and crashes seen: `audit`.
//! * Where the key store of the system may hold a password: `key_store`.
//! * A lost ledger is made anew from the sidecars beside the reports: `rebuild`.

mod announcements;
mod audit;
mod columns;
mod copy;
mod error;
mod files;
mod inspection;
mod key_store;
mod library;
mod locations;
mod logs;
mod migrations;
mod open;
mod rebuild;
mod records;
mod runs;
mod search;

pub use copy::set_aside;
pub use error::Error;
pub use library::{Report, Reports};
pub use logs::{LOG_ERROR_LINES, LOG_LINES, LOG_MESSAGE_BYTES};
pub use migrations::HISTORY_TABLE;
pub use open::{Opened, Origin};
pub use rebuild::UNIX_SECONDS_FROM;
pub use records::{AuditEntry, FileRecord, FileStamp, FoundSidecar, NewFile, Rebuilt, SkippedSidecar};

/// The open ledger. `Send`; all calls block, so the engine keeps it on a thread of its own.
#[derive(Debug)]
pub struct Ledger {
    connection: rusqlite::Connection,
}
