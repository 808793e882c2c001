//! What `landfall-sampledb` says on its standard output: one JSON object a line.

use serde::{Deserialize, Serialize};

/// A line of `landfall-sampledb`. The last one is `Ready` or `Failed`; while `Ready` holds, the database serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SampleEvent {
    /// The data directory is locked and PostgreSQL is being started.
    Starting,
    /// The data directory could not be used and is made anew; its rows are a pure function, so nothing is lost.
    Rebuilding { reason: String },
    /// Missing days are being added.
    Filling { days_done: u32, days_total: u32 },
    /// The database accepts connections, one at a time.
    Ready { host: String, port: u16, user: String, database: String, password: Option<String> },
    /// The database did not start, or has stopped serving; the process ends with a code other than 0.
    Failed { message: String, hint: String },
}
