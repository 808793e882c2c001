//! A run: one making of one report, from the request to the finished file or the reason there is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::code::{ApiError, Code};
use crate::period::{Period, PeriodChoice};

/// Where a run is on its way. The order is the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Waits for the database, or for another run to be done with it.
    Queued,
    /// The sample database is being started and filled.
    StartingDatabase,
    /// The generator connects to the database.
    Connecting,
    /// The database works; no row has arrived yet.
    Querying,
    /// Rows arrive and are written.
    WritingRows,
    /// Summary, charts and the parts of the workbook are put together.
    Finishing,
    /// The finished workbook is read back and its SHA-256 is taken.
    Checking,
    /// The workbook is moved to its final name.
    Publishing,
}

impl Phase {
    /// The words people see.
    pub fn title(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::StartingDatabase => "Starting the sample database",
            Self::Connecting => "Connecting",
            Self::Querying => "Asking the database",
            Self::WritingRows => "Writing rows",
            Self::Finishing => "Finishing the workbook",
            Self::Checking => "Checking",
            Self::Publishing => "Publishing",
        }
    }
}

/// A phase that a run went through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub phase: Phase,
    pub started_at: Timestamp,
    /// `None` while the run is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// The database a run reads. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DatabaseUsed {
    /// The sample database of this computer: one connection, so that runs queue on it.
    Sample,
    /// Not told: the run was read back from the description beside its report.
    Unknown,
    /// A server of the user's own.
    Server { host: String, port: u16, name: String, user: String },
}

/// How far a run is, and what that state alone knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RunState {
    Queued,
    Running {
        rows: u64,
        /// The planner's guess of all rows, once the database gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimate: Option<u64>,
    },
    /// The generator was told to stop and has not ended yet.
    Cancelling {
        rows: u64,
    },
    Succeeded {
        ended_at: Timestamp,
        rows: u64,
        bytes: u64,
        sha256: String,
        query_ms: u64,
    },
    Failed {
        ended_at: Timestamp,
        /// Rows written before it failed; none of them were published.
        rows: u64,
        error: ApiError,
    },
    Cancelled {
        ended_at: Timestamp,
    },
}

impl RunState {
    pub fn is_over(&self) -> bool {
        self.ended_at().is_some()
    }

    pub fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Queued | Self::Running { .. } | Self::Cancelling { .. } => None,
            Self::Succeeded { ended_at, .. }
            | Self::Failed { ended_at, .. }
            | Self::Cancelled { ended_at } => Some(*ended_at),
        }
    }

    /// Data rows written so far, or in all.
    pub fn rows(&self) -> u64 {
        match self {
            Self::Queued | Self::Cancelled { .. } => 0,
            Self::Running { rows, .. }
            | Self::Cancelling { rows }
            | Self::Succeeded { rows, .. }
            | Self::Failed { rows, .. } => *rows,
        }
    }

    /// One word for lists, filters and the ledger.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running { .. } => "running",
            Self::Cancelling { .. } => "cancelling",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// What has become of the file of a run since it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// Not published (yet).
    #[default]
    None,
    Present,
    /// Someone removed or renamed it outside of Landfall.
    Missing,
    /// Deleted through Landfall, into the trash.
    Trashed,
    /// Deleted through Landfall, for good.
    Deleted,
}

/// One run as the ledger keeps it and every door shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Decimal, from 10000 up; never used twice.
    pub number: u64,
    pub definition: String,
    pub title: String,
    /// SHA-256 over the definition's two files, in lower-case hexadecimal.
    pub definition_hash: String,
    pub choice: PeriodChoice,
    pub period: Period,
    /// IANA name of the zone of the period and of the times in the file.
    pub timezone: String,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    pub database: DatabaseUsed,
    /// Absolute path of the folder the file goes to.
    pub folder: String,
    /// Name of the file, known before it exists.
    pub file: String,
    #[serde(default)]
    pub file_state: FileState,
    /// The run that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u64>,
    pub requested_at: Timestamp,
    pub steps: Vec<Step>,
    #[serde(flatten)]
    pub state: RunState,
}

impl Run {
    /// The phase the run is in, while it is in one.
    pub fn phase(&self) -> Option<Phase> {
        self.steps.last().filter(|step| step.ended_at.is_none()).map(|step| step.phase)
    }

    /// The day in the run's zone on which it was asked for.
    pub fn asked_on(&self) -> Date {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        self.requested_at.to_zoned(zone).date()
    }

    /// From the moment the generator or the database began to work until the end, without the time in the queue.
    pub fn worked(&self, now: Timestamp) -> SignedDuration {
        let Some(first) = self.steps.iter().find(|step| step.phase != Phase::Queued) else {
            return SignedDuration::ZERO;
        };
        self.state.ended_at().unwrap_or(now).duration_since(first.started_at)
    }

    /// Enters `phase` at `now`; the phase before ends at the same moment. Entering the present phase changes nothing.
    pub fn enter(&mut self, phase: Phase, now: Timestamp) {
        if self.phase() == Some(phase) {
            return;
        }
        self.end_step(now);
        self.steps.push(Step { phase, started_at: now, ended_at: None });
    }

    /// Ends the run in `state`.
    pub fn end(&mut self, state: RunState, now: Timestamp) {
        self.end_step(now);
        self.state = state;
    }

    fn end_step(&mut self, now: Timestamp) {
        if let Some(step) = self.steps.last_mut().filter(|step| step.ended_at.is_none()) {
            step.ended_at = Some(now);
        }
    }

    /// Whether `other` asks for the same report: same definition, period, zone, parameters and database.
    pub fn asks_the_same_as(&self, other: &Run) -> bool {
        self.definition_hash == other.definition_hash
            && (self.period.from, self.period.to) == (other.period.from, other.period.to)
            && self.timezone == other.timezone
            && self.parameters == other.parameters
            && self.database == other.database
    }

    /// The failure of a run that ended badly.
    pub fn error(&self) -> Option<&ApiError> {
        match &self.state {
            RunState::Failed { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The code of the failure of a run that ended badly.
    pub fn failed_with(&self) -> Option<Code> {
        self.error().map(|error| error.code)
    }
}
