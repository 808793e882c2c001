//! What can go wrong with the ledger: each variant is the operation that failed.

use std::path::PathBuf;

use landfall_core::code::{ApiError, Code};
use rusqlite::ErrorCode;

/// A failed operation on the ledger. [`Error::hint`] says what a person can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be made, or its place could not be looked at.
    #[error("the ledger {} could not be made", path.display())]
    Create {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// SQLite could not open or read the file.
    #[error("the ledger {} could not be opened", path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    /// The file is not a database, or fails SQLite's own check. It was left as it is.
    #[error("the ledger {} is damaged: {detail}", path.display())]
    Damaged { path: PathBuf, detail: String },
    /// The file is a database of another program. It was left as it is.
    #[error("{} is a database that Landfall did not make", path.display())]
    Foreign { path: PathBuf },
    /// The file was made by a newer Landfall. It was left as it is.
    #[error("the ledger {} was made by a newer Landfall (version {found}, this one knows {known})", path.display())]
    Newer { path: PathBuf, found: u32, known: u32 },
    /// A migration was applied with another text than the one in this program. The file was left as it is.
    #[error("the ledger {} was made with another version of its migration {version}", path.display())]
    Changed { path: PathBuf, version: u32 },
    /// The copy that precedes each migration could not be written; nothing was migrated.
    #[error("the ledger could not be copied to {}", copy.display())]
    CopyLedger {
        copy: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    /// The copy that precedes each migration could not be put in its place; nothing was migrated.
    #[error("the copy of the ledger could not be kept as {}", copy.display())]
    KeepCopy {
        copy: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A migration failed; the ledger is as it was before it.
    #[error("the ledger {} could not be migrated", path.display())]
    Migrate {
        path: PathBuf,
        #[source]
        source: Box<refinery::Error>,
    },
    /// A damaged ledger could not be moved away.
    #[error("the ledger {} could not be set aside", path.display())]
    SetAside {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the runs could not be read from the ledger")]
    ReadRuns(#[source] rusqlite::Error),
    #[error("run {run} could not be written to the ledger")]
    WriteRun {
        run: u64,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the ledger has no run {run}")]
    UnknownRun { run: u64 },
    #[error("the log of run {run} could not be read from the ledger")]
    ReadLog {
        run: u64,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the log of run {run} could not be written to the ledger")]
    WriteLog {
        run: u64,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the known files could not be read from the ledger")]
    ReadFiles(#[source] rusqlite::Error),
    #[error("the known files could not be written to the ledger")]
    WriteFiles(#[source] rusqlite::Error),
    #[error("the library could not be read from the ledger")]
    ReadLibrary(#[source] rusqlite::Error),
    #[error("the library could not be written to the ledger")]
    WriteLibrary(#[source] rusqlite::Error),
    #[error("the announcements could not be read from the ledger")]
    ReadAnnouncements(#[source] rusqlite::Error),
    #[error("the audit log could not be read from the ledger")]
    ReadAudit(#[source] rusqlite::Error),
    #[error("the audit log could not be written to the ledger")]
    WriteAudit(#[source] rusqlite::Error),
    #[error("the crash reports that were seen could not be read from the ledger")]
    ReadCrashes(#[source] rusqlite::Error),
    #[error("the crash reports that were seen could not be written to the ledger")]
    WriteCrashes(#[source] rusqlite::Error),
    #[error("the names of kept passwords could not be read from the ledger")]
    ReadKeyStoreEntries(#[source] rusqlite::Error),
    #[error("the names of kept passwords could not be written to the ledger")]
    WriteKeyStoreEntries(#[source] rusqlite::Error),
    #[error("the ledger could not be rebuilt from the descriptions beside the reports")]
    Rebuild(#[source] rusqlite::Error),
}

impl Error {
    /// What the person can do, as one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Create { .. } | Self::SetAside { .. } => {
                "Check that the folder exists, that you may write in it and that its disk is not full".to_owned()
            }
            Self::Damaged { path, .. } => rebuild_hint(path),
            Self::Foreign { path } => format!("Move {} away, or name another data folder", path.display()),
            Self::Newer { .. } => "Update Landfall; the ledger was not touched".to_owned(),
            Self::Changed { .. } => {
                "Use the Landfall that made this ledger; the ledger was not touched".to_owned()
            }
            Self::KeepCopy { .. } => {
                "Check that you may write in the folder and that its disk is not full; the ledger was not touched"
                    .to_owned()
            }
            Self::UnknownRun { .. } => "See the numbers of all runs with `landfall report list`".to_owned(),
            _ => self.sqlite_hint(),
        }
    }

    /// The word for doors and scripts.
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownRun { .. } => Code::NotFound,
            _ => Code::Ledger,
        }
    }

    /// True when the file itself is broken, so that [`crate::set_aside`] and a rebuild are the way on.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
            || matches!(self.sqlite_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }

    fn sqlite_hint(&self) -> String {
        match self.sqlite_code() {
            Some(ErrorCode::DiskFull) => "Free space on the disk of the data folder, then try again",
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                "Check that you may read and write the data folder and the ledger in it"
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "Close the other program that has the ledger open, then try again"
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                "Move the ledger away and start Landfall again; it rebuilds the runs from the .json files beside the reports"
            }
            Some(ErrorCode::SystemIoFailure) => "Check the disk of the data folder, then try again",
            _ => "Try again; if it fails again, send the log to the makers of Landfall",
        }
        .to_owned()
    }

    fn sqlite_code(&self) -> Option<ErrorCode> {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
                return error.sqlite_error_code();
            }
            cause = error.source();
        }
        None
    }
}

fn rebuild_hint(path: &std::path::Path) -> String {
    format!(
        "Move {} away and start Landfall again; it rebuilds the runs from the .json files beside the reports",
        path.display()
    )
}

impl From<&Error> for ApiError {
    /// The whole chain of causes in one sentence, because a door shows no more than that.
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(source) = cause {
            message.push_str(": ");
            message.push_str(&source.to_string());
            cause = source.source();
        }
        let answer = ApiError::new(error.code(), message, error.hint());
        match error {
            Error::UnknownRun { run }
            | Error::WriteRun { run, .. }
            | Error::ReadLog { run, .. }
            | Error::WriteLog { run, .. } => answer.about(run.to_string()),
            _ => answer,
        }
    }
}
