//! What the page sends and is given beyond the types of the engine. No path ever comes from the page.

use std::collections::BTreeMap;

use landfall_core::api::RunRequest;
use landfall_core::library::FolderCheck;
use landfall_core::period::PeriodChoice;
use landfall_core::run::Run;
use landfall_core::settings::{SettingProblem, Settings};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the run card holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RunForm {
    /// Name of a definition; `None` for the built-in one.
    pub definition: Option<String>,
    pub choice: PeriodChoice,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// IANA name; `None` for the definition's, else the settings', else the system's.
    pub timezone: Option<String>,
}

impl RunForm {
    /// The request it stands for. The page can name neither a folder nor a password.
    pub fn into_request(self, offer_existing: bool, token: Option<String>) -> RunRequest {
        RunRequest {
            definition: self.definition,
            timezone: self.timezone,
            parameters: self.parameters,
            offer_existing,
            token,
            ..RunRequest::new(self.choice)
        }
    }
}

/// How a request for a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RunOutcome {
    /// It is in the ledger and will be worked on.
    Accepted { run: Box<Run>, notes: Vec<String> },
    /// A run that asked the same has made its file already, and it is still there.
    Exists { run: Box<Run> },
}

/// The settings, what is wrong with the file, and where it is, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    pub settings: Settings,
    pub problems: Vec<SettingProblem>,
    /// Absolute path.
    pub path: String,
}

/// The settings that the page may change. Folders and files are chosen in dialogs of the system only; the file of
/// certificates can be put back from the page, not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum PageSetting {
    #[serde(rename = "reports.timezone")]
    ReportsTimezone,
    #[serde(rename = "watch.recursive")]
    WatchRecursive,
    #[serde(rename = "watch.mode")]
    WatchMode,
    #[serde(rename = "notifications.finished")]
    NotificationsFinished,
    #[serde(rename = "notifications.failed")]
    NotificationsFailed,
    #[serde(rename = "notifications.open-automatically")]
    NotificationsOpenAutomatically,
    #[serde(rename = "database.source")]
    DatabaseSource,
    #[serde(rename = "database.host")]
    DatabaseHost,
    #[serde(rename = "database.port")]
    DatabasePort,
    #[serde(rename = "database.name")]
    DatabaseName,
    #[serde(rename = "database.user")]
    DatabaseUser,
    #[serde(rename = "database.sslmode")]
    DatabaseSslmode,
    #[serde(rename = "database.sslrootcert")]
    DatabaseSslrootcert,
    #[serde(rename = "desktop.theme")]
    DesktopTheme,
    #[serde(rename = "desktop.language")]
    DesktopLanguage,
    #[serde(rename = "desktop.start-at-login")]
    DesktopStartAtLogin,
}

/// The setting that names a file.
pub const CERTIFICATES: &str = "database.sslrootcert";

impl PageSetting {
    /// Whether the page may give it a value, and not only put it back.
    pub fn is_given_by_the_page(self) -> bool {
        self != Self::DatabaseSslrootcert
    }

    /// The dotted name, as the settings file has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReportsTimezone => "reports.timezone",
            Self::WatchRecursive => "watch.recursive",
            Self::WatchMode => "watch.mode",
            Self::NotificationsFinished => "notifications.finished",
            Self::NotificationsFailed => "notifications.failed",
            Self::NotificationsOpenAutomatically => "notifications.open-automatically",
            Self::DatabaseSource => "database.source",
            Self::DatabaseHost => "database.host",
            Self::DatabasePort => "database.port",
            Self::DatabaseName => "database.name",
            Self::DatabaseUser => "database.user",
            Self::DatabaseSslmode => "database.sslmode",
            Self::DatabaseSslrootcert => CERTIFICATES,
            Self::DesktopTheme => "desktop.theme",
            Self::DesktopLanguage => "desktop.language",
            Self::DesktopStartAtLogin => "desktop.start-at-login",
        }
    }
}

/// A folder that a person chose. The page gives back the number, once, to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderChoice {
    pub choice: u32,
    pub check: FolderCheck,
}

/// Where a copy was saved, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedCopy {
    /// Name of the file.
    pub file: String,
    /// Absolute path of its folder.
    pub folder: String,
}

/// Where a password is kept now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasswordKept {
    /// In the key store of the system; otherwise until the engine ends.
    pub in_key_store: bool,
}

/// What this installation is. Paths are absolute, and to be shown only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct About {
    pub version: String,
    pub platform: Platform,
    pub data_folder: String,
    pub logs_folder: String,
    pub settings_file: String,
    /// To be shown as `~`.
    pub home_folder: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    Linux,
    Windows,
    Macos,
}

impl Platform {
    pub const THIS: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::Macos
    } else {
        Self::Linux
    };
}

/// What becomes of live runs when the app is quit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum QuitChoice {
    /// The engine makes the reports to their end without the app.
    LeaveRunning,
    CancelRuns,
    /// The app stays.
    Stay,
}
