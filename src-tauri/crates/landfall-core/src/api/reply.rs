//! What the engine answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::EngineStatus;
use crate::code::ApiError;
use crate::library::{DefinitionSummary, FolderCheck, LibraryEntry, LibraryPage, RunPlan};
use crate::progress::Level;
use crate::run::Run;
use crate::settings::{SettingProblem, Settings};

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reply {
    Done,
    Status(EngineStatus),
    /// The run is in the ledger and will be worked on.
    RunAccepted {
        run: Box<Run>,
        notes: Vec<String>,
    },
    /// A run that asked the same has made this file already, and it is still there.
    RunExists {
        run: Box<Run>,
    },
    Runs {
        runs: Vec<Run>,
        total: u64,
    },
    Run {
        run: Box<Run>,
    },
    Log {
        lines: Vec<LogLine>,
    },
    Plan(Box<RunPlan>),
    Definitions {
        definitions: Vec<DefinitionSummary>,
    },
    Library(LibraryPage),
    Located {
        entry: Box<LibraryEntry>,
        /// Absolute path of the file; `None` for a run that made none.
        path: Option<String>,
    },
    ReportDeleted {
        entry: Box<LibraryEntry>,
    },
    ReportRestored {
        entry: Box<LibraryEntry>,
    },
    FolderChecked(Box<FolderCheck>),
    Settings {
        settings: Box<Settings>,
        problems: Vec<SettingProblem>,
        path: String,
    },
    /// Where the password is kept now.
    PasswordKept {
        in_key_store: bool,
    },
    TaskStarted {
        task: u64,
    },
    /// Reports that were moved when the folder changed.
    FolderChanged {
        moved: u64,
    },
}

/// One line of the log of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// From 1 up within the run.
    pub number: u64,
    pub at: Timestamp,
    pub level: Level,
    pub message: String,
}

/// How a request ended, as one value.
pub type Answer = Result<Reply, ApiError>;
