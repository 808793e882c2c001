//! What is known about a database, and long work on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::code::ApiError;
use crate::run::DatabaseUsed;

/// What a test of the connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseFacts {
    pub database: DatabaseUsed,
    pub server_version: String,
    /// Name of the database as the server gives it.
    pub name: String,
    pub user: String,
    /// The range of `tickets.created_at`; `None` where there is no ticket or no such table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_created_at: Option<Timestamp>,
    pub tables: Vec<TableFacts>,
    /// Migrations that ran, in order.
    pub migrations_applied: Vec<String>,
    pub migrations_pending: Vec<String>,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// From connecting to the last answer, in milliseconds.
    pub took_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TableFacts {
    pub name: String,
    pub rows: u64,
    /// Counting took too long; `rows` is the planner's guess.
    pub estimated: bool,
}

/// Long work on the database that the settings name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Connect, and say what is there.
    Test,
    /// Bring the schema up to date.
    Migrate,
    /// Migrate and load the sample rows.
    LoadSample,
}

impl TaskKind {
    pub fn title(self) -> &'static str {
        match self {
            Self::Test => "Testing the database",
            Self::Migrate => "Migrating the database",
            Self::LoadSample => "Loading sample data",
        }
    }
}

/// A task as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TaskProgress {
    pub task: u64,
    pub kind: TaskKind,
    pub state: TaskState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum TaskState {
    /// Waits for the database, or for another to be done with it.
    Queued,
    Running {
        done: u64,
        total: u64,
    },
    Succeeded {
        /// What was done, in one sentence.
        message: String,
        /// What is there now.
        facts: Box<DatabaseFacts>,
    },
    Failed {
        error: ApiError,
    },
    Cancelled,
}
