//! How a run really ended, from all that is known when its generator is gone.

use jiff::{SignedDuration, Timestamp};

use super::LiveRun;
use crate::code::{ApiError, Code};
use crate::run::{DatabaseUsed, RunState};
use crate::sidecar::Sidecar;

/// What is known when a generator is gone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GeneratorEnd {
    /// Exit code, if it ended by itself.
    pub exit: Option<i32>,
    /// Signal, if one ended it.
    pub signal: Option<i32>,
    /// Its last words, if they were of a failure; or why it could not be started.
    pub failure: Option<ApiError>,
    /// The workbook and its description lie in the folder, complete.
    pub published: Option<Sidecar>,
}

const RUN_AGAIN: &str = "Nothing half-made was left in the folder. Run it again.";

/// The state of `live` after its generator ended that way.
pub(super) fn judge(live: &LiveRun, end: &GeneratorEnd, stopping: Option<&str>, now: Timestamp) -> RunState {
    // The file in the folder is the strongest witness: whatever happened after it was published, the run is done.
    if let Some(sidecar) = &end.published {
        return succeeded(sidecar);
    }
    let was_stopped = matches!(end.exit, Some(143)) || matches!(end.signal, Some(9 | 15));
    if was_stopped && let Some(reason) = stopping {
        let message = format!("{reason} in the middle of this run");
        return failed(live, ApiError::new(Code::Interrupted, message, RUN_AGAIN), now);
    }
    if was_stopped && matches!(live.run.state, RunState::Cancelling { .. }) {
        return RunState::Cancelled { ended_at: now };
    }
    failed(live, cause(live, end), now)
}

/// The state of a run whose workbook lies in the folder.
pub(super) fn succeeded(sidecar: &Sidecar) -> RunState {
    RunState::Succeeded {
        ended_at: sidecar.finished_at,
        rows: sidecar.rows,
        bytes: sidecar.bytes,
        sha256: sidecar.sha256.clone(),
        query_ms: sidecar.query_ms,
    }
}

pub(super) fn failed(live: &LiveRun, error: ApiError, now: Timestamp) -> RunState {
    RunState::Failed { ended_at: now, rows: live.run.state.rows(), error }
}

fn cause(live: &LiveRun, end: &GeneratorEnd) -> ApiError {
    let error = end.failure.clone().unwrap_or_else(|| silent_end(end));
    // The sample database is a process of ours on this computer: it can't be out of reach, only gone. Its end may
    // be seen a moment after that of the generator.
    let out_of_reach = live.run.database == DatabaseUsed::Sample && error.code == Code::DatabaseUnreachable;
    // A full disk or a bad definition has its own cause, whatever became of the database.
    let of_a_loss =
        matches!(error.code, Code::DatabaseError | Code::CancelledByServer | Code::GeneratorCrashed);
    if out_of_reach || (live.lost_sample && of_a_loss) {
        let message = "the sample database stopped in the middle of this run";
        return ApiError::new(Code::SampleDatabase, message, RUN_AGAIN);
    }
    if live.slept > SignedDuration::ZERO && suffers_from_sleep(error.code) {
        let message = format!(
            "the computer slept for {} in the middle of this run: {}",
            in_words(live.slept),
            error.message
        );
        return ApiError { code: Code::Interrupted, message, hint: RUN_AGAIN.to_owned(), ..error };
    }
    error
}

/// Connections die in a sleep; a wrong password or a full disk has another cause.
fn suffers_from_sleep(code: Code) -> bool {
    matches!(
        code,
        Code::DatabaseUnreachable
            | Code::DatabaseError
            | Code::CancelledByServer
            | Code::GeneratorCrashed
            | Code::TargetNotWritable
    )
}

/// The generator ended without a word.
fn silent_end(end: &GeneratorEnd) -> ApiError {
    match (end.exit, end.signal) {
        (Some(exit), _) if let Some(code) = Code::of_generator_exit(exit) => ApiError::new(
            code,
            format!("the report program ended with code {exit}"),
            "The log of the run may say more.",
        ),
        (Some(exit), _) => ApiError::new(
            Code::GeneratorCrashed,
            format!("the report program ended with the unknown code {exit}"),
            RUN_AGAIN,
        ),
        (None, Some(signal)) => ApiError::new(
            Code::GeneratorCrashed,
            format!("the report program was ended from outside (signal {signal})"),
            RUN_AGAIN,
        ),
        (None, None) => {
            ApiError::new(Code::GeneratorCrashed, "the report program ended without a word", RUN_AGAIN)
        }
    }
}

/// A duration as a person says it: `12 min`, `3 h 5 min`, `40 s`.
fn in_words(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
