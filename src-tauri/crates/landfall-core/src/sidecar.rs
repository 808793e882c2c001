//! The description that lies beside each published workbook: `{file}.json`.
//!
//! It appears after the workbook, so that its presence says "complete", and it holds all that a new ledger
//! needs to know of the run again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::period::Period;
use crate::run::Run;

/// The version of this shape. A reader refuses what is newer.
pub const SCHEMA: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sidecar {
    pub schema: u32,
    /// Name of the workbook, without folder.
    pub file: String,
    pub run: u64,
    pub definition: String,
    /// SHA-256 over the definition's two files, in lower-case hexadecimal.
    pub definition_hash: String,
    pub title: String,
    pub period: Period,
    /// IANA name of the zone of the period and of all times in the workbook.
    pub timezone: String,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Data rows over all sheets, headers not counted.
    pub rows: u64,
    pub bytes: u64,
    /// Of the workbook, in lower-case hexadecimal.
    pub sha256: String,
    /// When the query was sent.
    pub queried_at: Timestamp,
    /// From sending the query to its last row, in milliseconds.
    pub query_ms: u64,
    pub finished_at: Timestamp,
    /// Version of the generator.
    pub generator: String,
}

impl Sidecar {
    /// Whether it describes what `run` was asked to make. Another ledger that shares the folder may have given the
    /// same number to another run.
    pub fn is_of(&self, run: &Run) -> bool {
        self.run == run.number
            && self.file == run.file
            && self.definition_hash == run.definition_hash
            && (self.period.from, self.period.to) == (run.period.from, run.period.to)
            && self.timezone == run.timezone
            && self.parameters == run.parameters
            && self.finished_at >= run.requested_at
    }
}
