//! Runs: requested, worked on, cancelled, ended.

use jiff::{SignedDuration, Timestamp};

use super::{Effect, GeneratorEnd, LiveRun, RequestRef, SampleAddress, State, outcome};
use crate::api::{AppEvent, Reply};
use crate::code::{ApiError, Code};
use crate::names;
use crate::plan::PlannedRun;
use crate::progress::{Level, Progress};
use crate::run::{DatabaseUsed, FileState, Phase, Run, RunState};
use crate::sidecar::Sidecar;

/// A person can't read figures that change faster.
const ROWS_AT_MOST_EVERY: SignedDuration = SignedDuration::from_millis(200);

impl State {
    pub(super) fn request_run(
        &mut self,
        request: RequestRef,
        planned: PlannedRun,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let refused = self.refused_as_ending().or_else(|| self.refused_as_moving(&planned.run.folder));
        if let Some(error) = refused {
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        }
        let PlannedRun { mut run, pattern, connection, first_free, notes, token } = planned;
        run.number = self.next_run.max(first_free);
        self.next_run = run.number + 1;
        run.file = names::workbook_name(&pattern, &run.definition, &run.period, run.number);
        run.enter(Phase::Queued, now);

        effects.push(Effect::InsertRun { run: Box::new(run.clone()), token });
        for note in &notes {
            effects.push(log(run.number, now, Level::Information, note));
        }
        let accepted = Reply::RunAccepted { run: Box::new(run.clone()), notes };
        effects.push(Effect::Reply { request, answer: Box::new(Ok(accepted)) });
        effects.push(Effect::Publish(Box::new(AppEvent::RunChanged(Box::new(run.clone())))));
        self.live.insert(
            run.number,
            LiveRun {
                run,
                connection,
                working: false,
                slept: SignedDuration::ZERO,
                lost_sample: false,
                rows: RowsTold::default(),
            },
        );
    }

    pub(super) fn cancel_run(
        &mut self,
        request: RequestRef,
        number: u64,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(live) = self.live.get_mut(&number) else {
            let error = ApiError::new(
                Code::Conflict,
                format!("run {number} is over"),
                "Only runs that are queued or running can be cancelled.",
            )
            .about(number.to_string());
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        };
        effects.push(Effect::Reply { request, answer: Box::new(Ok(Reply::Done)) });
        match live.run.state {
            RunState::Running { rows, .. } => {
                live.run.state = RunState::Cancelling { rows };
                effects.push(log(number, now, Level::Information, "Cancelling"));
                live.record(effects);
                effects.push(Effect::StopGenerator { run: number });
            }
            RunState::Queued => self.end_run(number, RunState::Cancelled { ended_at: now }, now, effects),
            _ => {}
        }
    }

    pub(super) fn generator_said(
        &mut self,
        number: u64,
        said: Progress,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(live) = self.live.get_mut(&number) else { return };
        match said {
            Progress::Phase { phase } => {
                live.run.enter(phase, now);
                effects.push(log(number, now, Level::Information, phase.title()));
                live.record(effects);
            }
            Progress::Rows { rows, estimate } => {
                match &mut live.run.state {
                    RunState::Running { rows: so_far, estimate: guess } => {
                        *so_far = rows;
                        *guess = estimate.or(*guess);
                    }
                    RunState::Cancelling { rows: so_far } => *so_far = rows,
                    _ => {}
                }
                // Rows come many times a second: some are shown, and they reach the ledger with the next phase.
                if live.rows.may_be_told(now) {
                    live.publish(effects);
                }
            }
            Progress::Log { level, message } => effects.push(log(number, now, level, &message)),
            // Both are the generator's last words; the run ends when its process has.
            Progress::Finished(_) | Progress::Failed(_) => {}
        }
    }

    pub(super) fn generator_ended(
        &mut self,
        number: u64,
        end: &GeneratorEnd,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(live) = self.live.get(&number) else { return };
        let state = outcome::judge(live, end, self.stopping.as_deref(), now);
        let spoilt_sample =
            live.run.database == DatabaseUsed::Sample && !matches!(state, RunState::Succeeded { .. });
        self.end_run(number, state, now, effects);
        if spoilt_sample {
            // Its one connection may still be busy with the query of the run that ended.
            self.restart_sample(effects);
        }
        self.sample_was_used(now);
        self.end_when_stopped(effects);
    }

    pub(super) fn end_run(
        &mut self,
        number: u64,
        state: RunState,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(LiveRun { mut run, .. }) = self.live.remove(&number) else { return };
        if matches!(state, RunState::Succeeded { .. }) {
            run.file_state = FileState::Present;
        }
        run.end(state, now);
        let (level, message) = match &run.state {
            RunState::Failed { error, .. } => {
                (Level::Error, format!("Failed: {}. {}", error.message, error.hint))
            }
            RunState::Cancelled { .. } => (Level::Warning, "Cancelled".to_owned()),
            _ => (Level::Information, format!("Finished: {} rows in {}", run.state.rows(), run.file)),
        };
        effects.push(log(number, now, level, &message));
        effects.push(Effect::UpdateRun(Box::new(run.clone())));
        let folder = run.folder.clone();
        effects.push(Effect::Publish(Box::new(AppEvent::RunChanged(Box::new(run)))));
        if self.folders.contains_key(&folder) {
            effects.push(Effect::Rescan { folder });
        }
    }

    /// Tells the rows that were held back, where no later ones came.
    pub(super) fn tell_rows(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        for live in self.live.values_mut().filter(|live| live.rows.held_back) {
            if live.rows.may_be_told(now) {
                live.publish(effects);
            }
        }
    }

    pub(super) fn slept(&mut self, duration: SignedDuration) {
        for live in self.live.values_mut().filter(|live| live.working) {
            live.slept += duration;
        }
    }
}

/// When the rows of a run were last told, and whether newer ones wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RowsTold {
    at: Option<Timestamp>,
    held_back: bool,
}

impl RowsTold {
    fn may_be_told(&mut self, now: Timestamp) -> bool {
        // A clock that was set back holds nothing back.
        let too_soon = |told: Timestamp| told <= now && now.duration_since(told) < ROWS_AT_MOST_EVERY;
        self.held_back = self.at.is_some_and(too_soon);
        if !self.held_back {
            self.at = Some(now);
        }
        !self.held_back
    }
}

impl LiveRun {
    /// Hands the run to a generator.
    pub(super) fn start(&mut self, sample: Option<SampleAddress>, now: Timestamp, effects: &mut Vec<Effect>) {
        self.working = true;
        self.run.state = RunState::Running { rows: 0, estimate: None };
        self.run.enter(Phase::Connecting, now);
        self.record(effects);
        let connection = Box::new(self.connection.clone());
        effects.push(Effect::StartGenerator { run: Box::new(self.run.clone()), connection, sample });
    }

    /// Into the ledger and to the doors.
    pub(super) fn record(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::UpdateRun(Box::new(self.run.clone())));
        self.publish(effects);
    }

    fn publish(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Publish(Box::new(AppEvent::RunChanged(Box::new(self.run.clone())))));
    }
}

/// A run that an earlier engine left open.
pub(super) fn settle_found_run(
    mut run: Run,
    published: Option<&Sidecar>,
    now: Timestamp,
    effects: &mut Vec<Effect>,
) {
    let state = match published {
        Some(sidecar) => outcome::succeeded(sidecar),
        None if matches!(run.state, RunState::Cancelling { .. }) => RunState::Cancelled { ended_at: now },
        None => {
            let when = if run.steps.iter().any(|step| step.phase > Phase::Queued) {
                "Landfall or the computer stopped in the middle of this run"
            } else {
                "Landfall or the computer stopped before this run began"
            };
            let hint = "Nothing half-made was left in the folder. Run it again.";
            let error = ApiError::new(Code::Interrupted, when, hint);
            RunState::Failed { ended_at: now, rows: run.state.rows(), error }
        }
    };
    if published.is_some() {
        run.file_state = FileState::Present;
    }
    // The end of the last phase is the moment at which it was found, because nobody saw the real one.
    run.end(state, now);
    effects.push(log(run.number, now, Level::Warning, "Found open at the start of the engine"));
    effects.push(Effect::UpdateRun(Box::new(run.clone())));
    effects.push(Effect::Publish(Box::new(AppEvent::RunChanged(Box::new(run)))));
}

pub(super) fn log(run: u64, at: Timestamp, level: Level, message: &str) -> Effect {
    Effect::AppendLog { run, at, level, message: message.to_owned() }
}
