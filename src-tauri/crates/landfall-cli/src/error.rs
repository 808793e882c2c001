//! How a command ends other than well.

use std::io;
use std::path::PathBuf;

use landfall_core::code::{ApiError, Code};
use landfall_core::run::Run;
use landfall_door::DoorError;
use landfall_wire::WireError;

/// Exit codes of the command line (docs/cli.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    /// Unhealthy, or nothing found.
    Nothing = 3,
    Refused = 4,
    Interrupted = 130,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Engine(#[from] WireError),
    /// The engine, or the command itself, said no.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// A run ended badly.
    #[error("{error}")]
    Run { run: Box<Run>, error: ApiError },
    /// A person pressed Ctrl+C; what came of it.
    #[error("{message}")]
    Interrupted { message: String, run: Option<Box<Run>> },
    /// A person answered no.
    #[error("{0}")]
    Declined(String),
    /// Nobody reads standard output any more.
    #[error("standard output is closed")]
    OutputClosed,
    #[error("the result could not be written")]
    Write(#[source] io::Error),
    #[error("the file {path} could not be used")]
    File { path: String, source: io::Error },
    #[error("the workbook {} could not be read", path.display())]
    Workbook { path: PathBuf, source: landfall_workbook::Error },
}

impl From<DoorError> for Error {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Engine(error) => Self::Engine(error),
            DoorError::Refused(error) => Self::Refused(error),
            DoorError::File { path, source } => Self::File { path, source },
        }
    }
}

pub(crate) type Outcome = Result<Exit, Error>;

impl Error {
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused(ApiError::new(Code::Usage, message, hint))
    }

    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }

    /// The answer to a question that can't be asked here.
    pub(crate) fn needs_confirmation(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused(ApiError::new(Code::Refused, what, hint))
    }

    pub(crate) fn exit(&self) -> Exit {
        let code = match self {
            Self::Interrupted { .. } => return Exit::Interrupted,
            Self::OutputClosed => return Exit::Done,
            Self::Declined(_) => return Exit::Refused,
            _ => self.to_api_error().code,
        };
        match code {
            Code::Usage => Exit::Usage,
            Code::NotFound => Exit::Nothing,
            Code::Refused => Exit::Refused,
            _ => Exit::Failed,
        }
    }

    /// The error in the one shape that every door shows.
    pub(crate) fn to_api_error(&self) -> ApiError {
        match self {
            Self::Engine(error) => error.to_api_error(),
            Self::Refused(error) | Self::Run { error, .. } => error.clone(),
            Self::Interrupted { message, .. } => ApiError::new(Code::Cancelled, message.clone(), ""),
            Self::Declined(message) => ApiError::new(Code::Refused, message.clone(), "Nothing was changed."),
            Self::OutputClosed => ApiError::new(Code::Internal, self.to_string(), ""),
            Self::Write(source) => {
                let hint = "Check that the disk or pipe that standard output goes to has room.";
                ApiError::new(Code::Internal, format!("{self}: {source}"), hint)
            }
            Self::File { path, source } => {
                let hint = "Check that the file is there and that you may read it.";
                ApiError::new(Code::NotFound, format!("{self}: {source}"), hint).about(path.clone())
            }
            Self::Workbook { path, source } => source.to_api_error(path),
        }
    }
}
