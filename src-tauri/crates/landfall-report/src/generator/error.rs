//! Why there is no report.

use std::io;

use landfall_core::code::{ApiError, Code};
use landfall_core::definition::{DefinitionError, ParameterError};
use landfall_core::period::DateError;
use landfall_database::connect::{ConnectError, TargetError, code_of_state, with_causes};
use rust_xlsxwriter::XlsxError;
use tokio_postgres::error::SqlState;

use crate::publish::{PublishError, is_disk_full};

/// A run that made no file. Each variant is the operation that failed.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Dates(#[from] DateError),
    #[error("\"{0}\" is not a time zone")]
    Zone(String),
    #[error("the days of the period have no beginning or end in the zone")]
    Instants(#[source] jiff::Error),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the table or column the query needs is missing in the database \"{database}\"")]
    TableMissing { database: String, source: tokio_postgres::Error },
    #[error("the database ended the query")]
    CancelledByServer(#[source] tokio_postgres::Error),
    #[error("the connection to the database was lost")]
    ConnectionLost(#[source] tokio_postgres::Error),
    #[error("the database refused to do it")]
    Query(#[source] tokio_postgres::Error),
    #[error("the value of column \"{column}\" in row {row} can't be read")]
    Value { column: String, row: u64 },
    #[error("the report needs about {needed_bytes} bytes, and the disk of {folder} has {free_bytes} left")]
    NoSpace { folder: String, needed_bytes: u64, free_bytes: u64 },
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error("the disk filled up while the workbook was written")]
    DiskFull(#[source] io::Error),
    #[error("the workbook can't be written")]
    Save(#[source] io::Error),
    #[error("the workbook can't be put together")]
    Workbook(#[source] XlsxError),
    #[error("the finished workbook is not on the disk as it was written")]
    Damaged,
    #[error("the part that writes the workbook stopped: {0}")]
    Writer(String),
    #[error("the run was cancelled")]
    Cancelled,
}

impl ReportError {
    pub fn code(&self) -> Code {
        match self {
            Self::Dates(_) | Self::Instants(_) => Code::Dates,
            Self::Zone(_) | Self::Parameter(_) | Self::Target(_) => Code::Usage,
            Self::Definition(_) => Code::Definition,
            Self::Connect(error) => error.code(),
            Self::TableMissing { .. } => Code::TableMissing,
            Self::CancelledByServer(_) => Code::CancelledByServer,
            Self::ConnectionLost(_) => Code::DatabaseUnreachable,
            Self::Query(_) | Self::Value { .. } => Code::DatabaseError,
            Self::NoSpace { .. } | Self::DiskFull(_) => Code::DiskFull,
            Self::Publish(error) => error.code(),
            Self::Save(_) | Self::Damaged => Code::TargetNotWritable,
            Self::Workbook(_) | Self::Writer(_) => Code::Internal,
            Self::Cancelled => Code::Cancelled,
        }
    }

    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Dates(error) => error.hint(),
            Self::Zone(_) => "Write an IANA name such as Europe/Berlin or UTC.".to_owned(),
            Self::Instants(_) => "Choose days between the years 1 and 9998.".to_owned(),
            Self::Parameter(error) => error.hint(),
            Self::Definition(error) => error.hint.clone(),
            Self::Target(error) => error.hint(),
            Self::Connect(error) => error.hint(),
            Self::TableMissing { .. } => {
                "Run the migrations (landfall db migrate), or check DB_NAME: this may be another database."
                    .to_owned()
            }
            Self::CancelledByServer(source) if source.code() == Some(&SqlState::QUERY_CANCELED) => {
                "An administrator or a statement_timeout ended it; try a shorter period.".to_owned()
            }
            Self::CancelledByServer(_) => {
                "Wait until the server is up again, and run the report again.".to_owned()
            }
            Self::ConnectionLost(_) => {
                "Check the network and the server's log, and run the report again.".to_owned()
            }
            Self::Query(source) => query_hint(source),
            Self::Value { .. } => "Cast the column to text in report.sql: column::text AS column.".to_owned(),
            Self::NoSpace { .. } | Self::DiskFull(_) => {
                "Free space on that disk, choose a folder on another one, or a shorter period.".to_owned()
            }
            Self::Publish(error) => error.hint(),
            Self::Save(_) => "Check the disk of the reports folder and that you may write there.".to_owned(),
            Self::Damaged => {
                "The disk may be failing: check it, and choose a folder on another one.".to_owned()
            }
            Self::Workbook(_) | Self::Writer(_) => {
                "This is a fault of Landfall's own; please report it with this message.".to_owned()
            }
            Self::Cancelled => "Run the report again when you want it.".to_owned(),
        }
    }

    /// The error as every door shows it.
    pub fn api_error(&self) -> ApiError {
        let hint = self.hint();
        match self {
            Self::Connect(error) => error.api_error(),
            Self::NoSpace { folder, needed_bytes, free_bytes } => ApiError::new(
                self.code(),
                format!(
                    "the report needs about {} and the disk of {folder} has {} left",
                    megabytes(*needed_bytes),
                    megabytes(*free_bytes)
                ),
                hint,
            ),
            _ => ApiError::new(self.code(), with_causes(self), hint),
        }
    }

    pub(crate) fn of_query(source: tokio_postgres::Error) -> Self {
        match source.code() {
            None => Self::ConnectionLost(source),
            Some(state) if code_of_state(state) == Code::CancelledByServer => Self::CancelledByServer(source),
            Some(_) => Self::Query(source),
        }
    }

    pub(crate) fn of_save(source: io::Error) -> Self {
        if is_disk_full(&source) { Self::DiskFull(source) } else { Self::Save(source) }
    }
}

impl From<XlsxError> for ReportError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(source) | XlsxError::TempFileError(_, source) => Self::of_save(source),
            XlsxError::ZipError(zip) => Self::of_save(zip.into()),
            other => Self::Workbook(other),
        }
    }
}

fn query_hint(source: &tokio_postgres::Error) -> String {
    match source.code() {
        Some(state) if *state == SqlState::INSUFFICIENT_PRIVILEGE => {
            "Ask for the right to read the tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO the user."
                .to_owned()
        }
        Some(state) if *state == SqlState::DISK_FULL || *state == SqlState::OUT_OF_MEMORY => {
            "The server ran out of disk or memory; try a shorter period, or ask its administrator.".to_owned()
        }
        _ => "The server's message says more; its administrator can help.".to_owned(),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
