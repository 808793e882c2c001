//! Doors come and go; the engine ends when nobody needs it.

use jiff::Timestamp;

use super::{ENGINE_IDLE, Effect, RequestRef, State};
use crate::api::{AppEvent, Reply};
use crate::code::{ApiError, Code};
use crate::run::RunState;

impl State {
    pub(super) fn door_opened(&mut self, door: u64) {
        self.doors.insert(door);
    }

    pub(super) fn door_subscribed(&mut self, door: u64, presents: bool, effects: &mut Vec<Effect>) {
        self.doors.insert(door);
        if presents {
            self.presenting.insert(door);
            self.tell_digests(effects);
        }
    }

    pub(super) fn door_closed(&mut self, door: u64) {
        self.doors.remove(&door);
        self.presenting.remove(&door);
    }

    pub(super) fn note_idleness(&mut self, now: Timestamp) {
        let needed = !self.doors.is_empty() || !self.is_idle();
        self.idle_since = if needed { None } else { self.idle_since.or(Some(now)) };
    }

    pub(super) fn stop_what_is_idle(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.stop_idle_sample(now, effects);
        if let Some(since) = self.idle_since
            && now.duration_since(since) >= ENGINE_IDLE
        {
            self.stop("nobody needs it", now, effects);
        }
    }

    pub(super) fn request_stop(
        &mut self,
        request: RequestRef,
        even_if_busy: bool,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(what) = self.busy_with().filter(|_| !even_if_busy) {
            let error = ApiError::new(
                Code::Refused,
                format!("the engine is busy with {what}"),
                "Wait for it, cancel it, or stop the engine all the same with --even-if-busy.",
            );
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        }
        effects.push(Effect::Reply { request, answer: Box::new(Ok(Reply::Done)) });
        self.stop("Landfall was asked to stop", now, effects);
    }

    /// Ends everything that is under way, then the engine.
    pub(super) fn stop(&mut self, reason: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.stopping.is_some() {
            return;
        }
        self.stopping = Some(reason.to_owned());
        self.tell_collected_at_once(effects);
        effects.push(Effect::Publish(Box::new(AppEvent::Stopping { reason: reason.to_owned() })));
        let live: Vec<(u64, bool)> = self.live.iter().map(|(number, live)| (*number, live.working)).collect();
        for (number, working) in live {
            if working {
                effects.push(Effect::StopGenerator { run: number });
            } else {
                let error = ApiError::new(
                    Code::Interrupted,
                    format!("{reason} before this run began"),
                    "Run it again.",
                );
                let state = RunState::Failed { ended_at: now, rows: 0, error };
                self.end_run(number, state, now, effects);
            }
        }
        let tasks: Vec<u64> = self.tasks.keys().copied().collect();
        effects.extend(tasks.into_iter().map(|task| Effect::StopTask { task }));
        self.tasks.clear();
        self.end_when_stopped(effects);
    }

    /// The engine may end once the last generator has, and the last file that is being moved or deleted is where
    /// it belongs.
    pub(super) fn end_when_stopped(&mut self, effects: &mut Vec<Effect>) {
        if self.stopping.is_some() && self.is_idle() {
            effects.push(Effect::StopEngine);
        }
    }
}
