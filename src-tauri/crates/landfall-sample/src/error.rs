//! What can go wrong: each variant is the operation that failed.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// Why `landfall-sampledb` could not start or go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the program could not set itself up")]
    StartRuntime(#[source] io::Error),
    #[error("the program could not watch for its end")]
    WatchSignals(#[source] io::Error),
    #[error("the folder {} could not be used", directory.display())]
    LockDirectory {
        directory: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("another landfall-sampledb uses {}", directory.display())]
    DirectoryInUse { directory: PathBuf },
    #[error("the old database could not be removed")]
    ClearDirectory(#[source] io::Error),
    #[error("the folder could not be marked as filled")]
    MarkFilled(#[source] io::Error),
    #[error("PostgreSQL could not be started")]
    StartPostgres(#[source] io::Error),
    #[error("PostgreSQL could not be started: {reason}")]
    PostgresFailed { reason: String },
    #[error("PostgreSQL gave no sign of life for {seconds} s")]
    WaitForPostgres { seconds: u64 },
    #[error("PostgreSQL could not be stopped")]
    StopPostgres(#[source] io::Error),
    #[error("PostgreSQL could not be reached")]
    ReachPostgres(#[source] io::Error),
    #[error("PostgreSQL refused the connection")]
    Connect(#[source] tokio_postgres::Error),
    #[error("the database traindb could not be made")]
    CreateDatabase(#[source] tokio_postgres::Error),
    #[error("the sample rows could not be made")]
    Fill(#[source] landfall_database::Error),
    #[error("the sample rows could not be counted")]
    CheckRows(#[source] tokio_postgres::Error),
    #[error("sample rows are missing")]
    RowsMissing,
    #[error("no port of 127.0.0.1 could be opened")]
    Listen(#[source] io::Error),
}

impl Error {
    /// The whole story in one line, outermost first.
    pub(crate) fn message(&self) -> String {
        let mut message = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            message.push_str(": ");
            message.push_str(&error.to_string());
            cause = error.source();
        }
        message
    }

    /// What a person can do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Error::DirectoryInUse { .. } => "Use the one that runs, or wait until it has ended".to_owned(),
            Error::LockDirectory { directory, .. } => {
                format!("Check that {} is a folder you may write to, on a disk with free space", directory.display())
            }
            Error::ClearDirectory(_) | Error::MarkFilled(_) => {
                "Check that you may write to the folder and that its disk has free space".to_owned()
            }
            Error::Fill(error) => error.hint(),
            _ => "Check that the disk has 300 MB of free space, then try again; or use a PostgreSQL server of your own"
                .to_owned(),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Error::DirectoryInUse { .. } => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }
}
