//! What the generator says while it works: one JSON object a line on its standard output (`--progress json`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::code::ApiError;
use crate::run::Phase;

/// One line of progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Progress {
    /// The work entered this phase.
    Phase { phase: Phase },
    /// Rows written so far, at most a few times a second; `estimate` is the planner's guess of all of them.
    Rows {
        rows: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimate: Option<u64>,
    },
    /// Something a person may want to read later.
    Log { level: Level, message: String },
    /// The workbook lies in the folder, complete. The last line of a good run.
    Finished(Finished),
    /// The last line of a bad run; the exit code says the same as `code`.
    Failed(ApiError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Information,
    Warning,
    Error,
}

/// What a good run made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Finished {
    /// Absolute path of the workbook.
    pub file: String,
    /// Data rows over all sheets, headers not counted.
    pub rows: u64,
    pub bytes: u64,
    /// Of the workbook, in lower-case hexadecimal.
    pub sha256: String,
    /// From sending the query to its last row, in milliseconds.
    pub query_ms: u64,
}
