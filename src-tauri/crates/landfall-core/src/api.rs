//! All that a door can ask of the engine, and all that it can learn from it.
//!
//! A door sends [`Command`]s and gets one [`Reply`] (or [`ApiError`]) to each, at once; what happens after
//! that arrives as [`AppEvent`]s. The first event to a subscriber is always [`AppEvent::Snapshot`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::announcement::Announcement;
use crate::code::ApiError;
use crate::database::{TaskKind, TaskProgress};
use crate::period::PeriodChoice;
use crate::progress::Level;
use crate::run::Run;
use crate::settings::{SettingProblem, Settings};

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
    /// Moves the file of a run to the trash, or removes it for good.
    DeleteRun {
        run: u64,
        permanently: bool,
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

/// Which runs to list, newest first.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExistingReports {
    /// They move to the new folder.
    Move,
    /// They stay, and that folder is no longer watched.
    Keep,
    /// They stay, and that folder is watched as well.
    WatchBoth,
}

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
    RunDeleted {
        run: Box<Run>,
    },
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// From 1 up within the run.
    pub number: u64,
    pub at: Timestamp,
    pub level: Level,
    pub message: String,
}

/// The engine, from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineStatus {
    pub version: String,
    pub pid: u32,
    pub started_at: Timestamp,
    pub data_folder: String,
    pub logs_folder: String,
    pub doors: usize,
    pub live_runs: usize,
    pub sample: SampleState,
    pub folders: Vec<FolderStatus>,
    /// Reports of crashes that nobody has looked at yet: absolute paths.
    #[serde(default)]
    pub crashes: Vec<String>,
}

/// The sample database, from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SampleState {
    Off,
    Starting { days_done: u32, days_total: u32 },
    Ready { port: u16 },
    Stopping,
}

/// A watched folder, from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderStatus {
    pub folder: String,
    pub state: FolderState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FolderState {
    /// The first scan is under way.
    Scanning,
    /// Changes are seen by events of the system.
    Events,
    /// Changes are seen by looking once a second, for this reason.
    Polling { why: String },
    /// The folder is gone; it is watched for return.
    Lost { reason: String },
}

/// Everything that a door can learn. Each carries the new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AppEvent {
    Snapshot(Box<Snapshot>),
    /// A run is new or has changed.
    RunChanged(Box<Run>),
    RunLogged {
        run: u64,
        line: LogLine,
    },
    /// A finished spreadsheet, to be presented once.
    Announced(Box<Announcement>),
    /// What arrived while nothing ran, or in a burst: to be presented as one.
    AnnouncedDigest(Vec<Announcement>),
    /// A file in a watched folder is gone.
    FileRemoved {
        folder: String,
        path: String,
    },
    /// A file with the name of a workbook can't be read as one.
    FileBroken {
        folder: String,
        path: String,
        reason: String,
    },
    FolderChanged(FolderStatus),
    SampleChanged(SampleState),
    SettingsChanged {
        settings: Box<Settings>,
        problems: Vec<SettingProblem>,
    },
    TaskChanged(TaskProgress),
    /// The engine is about to end; the door starts it again when it needs it.
    Stopping {
        reason: String,
    },
}

/// What a new subscriber needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub status: EngineStatus,
    pub settings: Settings,
    pub problems: Vec<SettingProblem>,
    /// Runs that are not over.
    pub live: Vec<Run>,
    /// The newest runs that are over, newest first, at most twenty.
    pub recent: Vec<Run>,
    /// The number of the newest announcement.
    pub last_announcement: i64,
}

/// How a request ended, as one value.
pub type Answer = Result<Reply, ApiError>;
