//! How the engine and its parts are doing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The engine, from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SampleState {
    Off,
    Starting { days_done: u32, days_total: u32 },
    Ready { port: u16 },
    Stopping,
}

/// A watched folder, from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderStatus {
    pub folder: String,
    pub state: FolderState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
