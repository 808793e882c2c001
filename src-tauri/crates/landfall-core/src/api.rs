//! All that a door can ask of the engine, and all that it can learn from it.
//!
//! A door sends [`Command`]s and gets one [`Reply`] (or [`ApiError`]) to each, at once; what happens after
//! that arrives as [`AppEvent`]s. The first event to a subscriber is always [`AppEvent::Snapshot`].

mod event;
mod reply;
mod status;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use event::{AppEvent, DesktopEvent, Snapshot, Target};
pub use reply::{Answer, LogLine, Reply};
pub use status::{EngineStatus, FolderState, FolderStatus, SampleState};

use crate::database::TaskKind;
use crate::library::{LibraryFilter, ReportId};
use crate::period::PeriodChoice;

/// What a door asks. A command is answered at once: accepted, with an id where there is one, or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Command {
    /// Send events from now on, a snapshot first.
    Subscribe {
        /// Whether this door shows announcements to a person; only such doors are sent any.
        #[serde(default)]
        presents: bool,
        /// The last announcement that a door which was attached before presented, so that none is lost or
        /// repeated when the engine was restarted in between.
        #[serde(default)]
        announcements_after: Option<i64>,
    },
    Status,
    RunReport(RunRequest),
    /// Runs a run's request once more, as a new run linked to it.
    RetryRun {
        run: u64,
        /// As in [`RunRequest::token`].
        #[serde(default)]
        token: Option<String>,
    },
    CancelRun {
        run: u64,
    },
    ListRuns(RunFilter),
    ShowRun {
        run: u64,
    },
    /// The log of a run, from the line after `after` on.
    ReadLog {
        run: u64,
        after: u64,
    },
    /// What a run would do; nothing is done.
    PlanRun(RunRequest),
    ListDefinitions,
    ListLibrary(LibraryFilter),
    /// An entry of the library, and the absolute path of its file, for the door's own eyes: it opens or reads the file.
    LocateReport {
        id: ReportId,
    },
    /// Moves the file of a report to the trash, or removes it for good. A run without a file is taken off the list.
    DeleteReport {
        id: ReportId,
        permanently: bool,
    },
    /// Takes the file of a report out of the trash again, or puts a run without a file back on the list.
    RestoreReport {
        id: ReportId,
    },
    /// A person has seen these reports: they are no longer new.
    MarkSeen {
        ids: Vec<ReportId>,
    },
    /// A door opened the file of this path, so that the next change of it is the user's own.
    NoteOpened {
        path: String,
    },
    /// Every change in the reports folder up to now has been looked at when this is answered.
    Rescan,
    ReadSettings,
    /// Sets one setting; `None` puts the default back.
    ChangeSetting {
        key: String,
        value: Option<String>,
    },
    /// Whether a folder can become the reports folder; nothing is changed.
    CheckFolder {
        folder: String,
    },
    /// Another reports folder, and what becomes of the reports in the present one.
    ChangeFolder {
        folder: String,
        existing: ExistingReports,
    },
    /// Keeps the database password: in the key store of the system where there is one, else until the engine ends.
    KeepPassword {
        password: Password,
        store: bool,
    },
    /// Forgets the password of the server that the settings name; with `all`, every one that Landfall ever kept.
    ForgetPassword {
        #[serde(default)]
        all: bool,
    },
    /// Starts long work on a database; progress and outcome come as [`AppEvent::TaskChanged`].
    StartTask {
        kind: TaskKind,
        confirmation: Option<String>,
    },
    CancelTask {
        task: u64,
    },
    /// A person has been offered the reports of crashes: they are not offered again.
    MarkCrashesSeen,
    /// Ends the engine: at once when nothing is running, else only with `even_if_busy`, which cancels live runs.
    StopEngine {
        even_if_busy: bool,
    },
}

/// A password on its way through the control socket. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(***)")
    }
}

/// What is to be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRequest {
    /// Name of a definition; `None` for the built-in one.
    #[serde(default)]
    pub definition: Option<String>,
    pub choice: PeriodChoice,
    /// IANA name; `None` for the definition's, else the settings', else the system's.
    #[serde(default)]
    pub timezone: Option<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Absolute path of another folder than the reports folder.
    #[serde(default)]
    pub output: Option<String>,
    /// Offer the file of an earlier run that asked the same instead of running again.
    #[serde(default)]
    pub offer_existing: bool,
    /// A password for this start of the engine (`LANDFALL_DB_PASSWORD`).
    #[serde(default)]
    pub password: Option<Password>,
    /// What the door calls this request. One that is asked again under the same name, because the engine died before
    /// it answered, is answered with the run that was made of it; `None` always makes another run.
    #[serde(default)]
    pub token: Option<String>,
}

impl RunRequest {
    /// The built-in report for that period, with everything else left to definition, settings and system.
    pub fn new(choice: PeriodChoice) -> Self {
        Self {
            definition: None,
            choice,
            timezone: None,
            parameters: BTreeMap::new(),
            output: None,
            offer_existing: false,
            password: None,
            token: None,
        }
    }
}

/// Which runs to list, newest first, without those that were taken off the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunFilter {
    /// Words that must all occur in title, definition, file name, period, state or run number.
    #[serde(default)]
    pub search: Option<String>,
    /// A word of [`crate::run::RunState::word`].
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub definition: Option<String>,
    /// At most this many; all if `None`.
    #[serde(default)]
    pub limit: Option<u32>,
    #[serde(default)]
    pub offset: u32,
}

/// What becomes of the reports in the folder that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ExistingReports {
    /// They move to the new folder.
    Move,
    /// They stay, and that folder is no longer watched.
    Keep,
    /// They stay, and that folder is watched as well.
    WatchBoth,
}
