//! What can go wrong on the control socket.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};

/// A failed operation on the control socket.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("this computer tells no home folder")]
    FindHome,
    #[error("the folder {} can't be prepared", path.display())]
    PrepareFolder { path: PathBuf, source: io::Error },
    #[error("the folder {} belongs to another user or is open to others", path.display())]
    FolderNotPrivate { path: PathBuf },
    #[error("the control socket {} can't be opened", path.display())]
    Listen { path: PathBuf, source: io::Error },
    #[error("another engine answers at {}", path.display())]
    AlreadyServed { path: PathBuf },
    #[error("no engine answers at {}", path.display())]
    Connect { path: PathBuf, source: io::Error },
    #[error("another user's program answers at {}", path.display())]
    NotOurs { path: PathBuf },
    #[error("the engine did not introduce itself within {} s", within.as_secs())]
    NoHello { within: Duration },
    #[error("the engine speaks protocol {theirs} (version {version}) and this program protocol {ours}")]
    Protocol { ours: u32, theirs: u32, version: String, busy_with: Option<String> },
    #[error("the engine of version {version} agreed to end but was still there after {} s", within.as_secs())]
    NotReplaced { version: String, within: Duration },
    #[error("a frame from the other side is not understood: {reason}")]
    Understand { reason: String },
    #[error("a message of {bytes} bytes is larger than the control socket carries")]
    TooLarge { bytes: usize },
    #[error("the connection to the engine was lost")]
    Lost,
    #[error("the engine could not be started from {}", program.display())]
    Start { program: PathBuf, source: io::Error },
    #[error("the engine was started but did not answer within {} s", within.as_secs())]
    NoAnswer { within: Duration, log: PathBuf, log_end: String },
    #[error("the engine ended at once ({status})")]
    EndedAtOnce { status: String, log: PathBuf, log_end: String },
    #[error("the start of the engine can't be coordinated through {}", path.display())]
    StartLock { path: PathBuf, source: io::Error },
}

impl WireError {
    /// The stable code of this failure.
    pub fn code(&self) -> Code {
        match self {
            Self::Protocol { .. } | Self::NotReplaced { .. } => Code::EngineVersion,
            Self::Understand { .. } | Self::TooLarge { .. } => Code::Internal,
            _ => Code::EngineUnreachable,
        }
    }

    /// What a person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::FindHome => "Set HOME, or set LANDFALL_HOME to a folder of your own.".to_owned(),
            Self::PrepareFolder { path, .. } => {
                format!(
                    "Make sure that you may write to {}, or set LANDFALL_HOME to another folder.",
                    path.display()
                )
            }
            Self::FolderNotPrivate { path } => {
                format!("Remove {} or make it yours alone (chmod 700), then try again.", path.display())
            }
            Self::AlreadyServed { .. } => {
                "One engine serves a data folder; use the one that runs.".to_owned()
            }
            Self::NotOurs { path } => {
                format!("Find out who made {} and remove it; nothing was sent there.", path.display())
            }
            Self::Protocol { busy_with: Some(what), .. } => {
                format!(
                    "It is busy ({what}); try again when that is done, or end it with the version that started it."
                )
            }
            Self::Protocol { .. } | Self::NotReplaced { .. } => {
                "Close every other Landfall, then try again.".to_owned()
            }
            Self::NoAnswer { log, log_end, .. } | Self::EndedAtOnce { log, log_end, .. }
                if !log_end.is_empty() =>
            {
                format!("The end of its log ({}):\n{log_end}", log.display())
            }
            Self::NoAnswer { log, .. } | Self::EndedAtOnce { log, .. } => {
                format!("Its log is {}.", log.display())
            }
            Self::Start { .. } => {
                "Install Landfall again; a part of it is missing or can't be run.".to_owned()
            }
            Self::TooLarge { .. } => "Ask for less at once.".to_owned(),
            Self::Listen { .. }
            | Self::Connect { .. }
            | Self::NoHello { .. }
            | Self::Understand { .. }
            | Self::Lost
            | Self::StartLock { .. } => {
                "Try again; `landfall engine status` tells how the engine is, `landfall engine logs` why."
                    .to_owned()
            }
        }
    }

    /// This failure with its causes, in the one shape that every door shows.
    pub fn to_api_error(&self) -> ApiError {
        let mut message = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        ApiError::new(self.code(), message, self.hint())
    }
}
