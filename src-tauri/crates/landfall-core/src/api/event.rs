//! What the engine tells of its own accord.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{EngineStatus, FolderStatus, LogLine, SampleState};
use crate::announcement::Announcement;
use crate::code::ApiError;
use crate::database::TaskProgress;
use crate::library::{LibraryEntry, LibraryTotals, ReportId};
use crate::run::Run;
use crate::settings::{SettingProblem, Settings};

/// Everything that a door can learn. Each carries the new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", content = "data", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AppEvent {
    Snapshot(Box<Snapshot>),
    /// A run is new or has changed.
    RunChanged(Box<Run>),
    RunLogged {
        run: u64,
        line: LogLine,
    },
    /// A finished spreadsheet, to be presented once. The desktop app, and no other door, opens it by itself where
    /// [`crate::settings::NotificationSettings::open_automatically`] says so.
    Announced(Box<Announcement>),
    /// What arrived while nothing ran or while the door was gone, or close together: to be presented as one, and
    /// never opened by itself.
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
    /// Entries of the library that are new or have changed, and the whole in numbers: at most about ten times a
    /// second, each entry as it is by then. Without an entry, other folders are watched now: read the list again.
    LibraryChanged {
        changed: Vec<LibraryEntry>,
        totals: LibraryTotals,
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
    /// What the desktop app tells its own page. The engine never sends it.
    Desktop(DesktopEvent),
}

/// What only the desktop app knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "desktop", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum DesktopEvent {
    /// The engine ended and is being started again; what the page shows is as of now.
    EngineLost,
    /// It can't be started; the app goes on trying when it is asked to.
    EngineUnreachable { error: ApiError },
    /// The page is to show this: a notification, a link or the tray was clicked.
    Show { target: Target },
    /// A person wants to quit while reports are being made.
    QuitAsked { live_runs: u32 },
    /// The window came to the front or went to the back.
    Focused { focused: bool },
}

/// A place in the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "view", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Target {
    /// The library, with one of its entries selected.
    Report {
        id: ReportId,
    },
    Reports,
    Settings,
    Activity,
}

/// What a new subscriber needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub status: EngineStatus,
    pub settings: Settings,
    pub problems: Vec<SettingProblem>,
    /// Runs that are not over.
    pub live: Vec<Run>,
    /// The newest runs that are over, newest first, at most twenty.
    pub recent: Vec<Run>,
    pub library: LibraryTotals,
    /// The number of the newest announcement.
    pub last_announcement: i64,
}
