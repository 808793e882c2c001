//! The small records that go in and out of the ledger beside runs and announcements.

use std::path::PathBuf;

use jiff::Timestamp;
pub use landfall_core::announcement::FileStamp;
use landfall_core::sidecar::Sidecar;

/// The newest version of a workbook that the ledger knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Relative to its folder. Bytes that are not UTF-8 are kept.
    pub path: PathBuf,
    pub stamp: FileStamp,
    /// In lower-case hexadecimal.
    pub sha256: String,
    /// False once it was seen to be gone.
    pub present: bool,
    /// When a door last opened it.
    pub opened_at: Option<Timestamp>,
    /// When its content was last seen to be new.
    pub changed_at: Timestamp,
    /// The run that made it, where Landfall did.
    pub run: Option<u64>,
}

impl FileRecord {
    /// Whether a door opened the file since its last change, so that the next change is the user's own edit (the
    /// contract, "Announcements").
    pub fn opened_since_change(&self) -> bool {
        self.opened_at.is_some_and(|opened| opened >= self.changed_at)
    }
}

/// A complete version of a workbook that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to its folder.
    pub path: PathBuf,
    pub stamp: FileStamp,
    /// In lower-case hexadecimal.
    pub sha256: String,
    /// Whether a person is to hear of it. What is recorded with `false` is never announced later.
    pub announce: bool,
    /// The run that made it; a number the ledger does not have counts as `None`.
    pub run: Option<u64>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// From 1 up.
    pub number: i64,
    pub at: Timestamp,
    /// What was done: one word or two, such as `delete-report`.
    pub what: String,
    /// What it was done to.
    pub subject: String,
    /// How it ended.
    pub outcome: String,
}

/// A sidecar that lies in a reports folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSidecar {
    pub sidecar: Sidecar,
    /// Whether its workbook lies beside it.
    pub present: bool,
}

/// What a rebuild from sidecars did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Runs that are in the ledger again.
    pub runs: u64,
    /// Runs that were in it already.
    pub known: u64,
    /// Sidecars that no run was made of.
    pub skipped: Vec<SkippedSidecar>,
}

/// A sidecar that no run was made of, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedSidecar {
    /// The name of the workbook as the sidecar gives it.
    pub file: String,
    /// A sentence without a trailing period.
    pub reason: String,
}
