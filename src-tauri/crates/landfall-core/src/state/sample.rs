//! The sample database: one process, one connection, so that runs and tasks take turns on it.

use jiff::Timestamp;

use super::{Effect, SAMPLE_IDLE, SampleSaid, State, outcome};
use crate::api::{AppEvent, SampleState};
use crate::code::{ApiError, Code};
use crate::database::TaskState;
use crate::run::{DatabaseUsed, Phase};

/// Where the sample database listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleAddress {
    pub host: String,
    pub port: u16,
    pub database: String,
    pub user: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sample {
    Off,
    /// `attempt` counts starts that ended without a word, from 1 up.
    Starting {
        days_done: u32,
        days_total: u32,
        attempt: u8,
    },
    Ready {
        address: SampleAddress,
        idle_since: Timestamp,
    },
    Stopping,
}

/// A start that ends without a word is tried this often.
const ATTEMPTS: u8 = 2;

impl Sample {
    pub(super) fn shown(&self) -> SampleState {
        match self {
            Self::Off => SampleState::Off,
            Self::Starting { days_done, days_total, .. } => {
                SampleState::Starting { days_done: *days_done, days_total: *days_total }
            }
            Self::Ready { address, .. } => SampleState::Ready { port: address.port },
            Self::Stopping => SampleState::Stopping,
        }
    }
}

/// Who is next on the sample database's one connection.
enum Next {
    Run(u64),
    Task(u64),
}

impl State {
    /// Starts the sample database when something waits for it, and whatever waits when it is ready and free.
    pub(super) fn serve_sample_queue(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(next) = self.next_on_sample() else { return };
        match &self.sample {
            Sample::Off => {
                self.note_starting(&next, now, effects);
                self.start_sample(1, effects);
            }
            Sample::Starting { .. } => self.note_starting(&next, now, effects),
            Sample::Stopping => {}
            Sample::Ready { address, .. } => {
                let address = address.clone();
                match next {
                    Next::Run(number) => {
                        if let Some(live) = self.live.get_mut(&number) {
                            live.start(Some(address), now, effects);
                        }
                    }
                    Next::Task(task) => self.start_task(task, Some(address), effects),
                }
            }
        }
    }

    fn next_on_sample(&self) -> Option<Next> {
        let mut on_sample = self.live.values().filter(|live| live.run.database == DatabaseUsed::Sample);
        let mut tasks = self.tasks.iter().filter(|(_, task)| task.database == DatabaseUsed::Sample);
        if on_sample.clone().any(|live| live.working) || tasks.clone().any(|(_, task)| task.working) {
            return None;
        }
        // A test of the connection takes a moment and somebody looks at the screen: it goes first.
        let task = tasks.next().map(|(task, _)| Next::Task(*task));
        task.or_else(|| on_sample.find(|live| live.is_queued()).map(|live| Next::Run(live.run.number)))
    }

    fn note_starting(&mut self, next: &Next, now: Timestamp, effects: &mut Vec<Effect>) {
        if let Next::Run(number) = next
            && let Some(live) = self.live.get_mut(number)
            && live.run.phase() != Some(Phase::StartingDatabase)
        {
            live.run.enter(Phase::StartingDatabase, now);
            live.record(effects);
        }
    }

    fn start_sample(&mut self, attempt: u8, effects: &mut Vec<Effect>) {
        self.sample = Sample::Starting { days_done: 0, days_total: 0, attempt };
        effects.push(Effect::StartSample);
        self.publish_sample(effects);
    }

    pub(super) fn restart_sample(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.sample, Sample::Ready { .. }) {
            self.stop_sample(effects);
        }
    }

    pub(super) fn sample_was_used(&mut self, now: Timestamp) {
        if let Sample::Ready { idle_since, .. } = &mut self.sample {
            *idle_since = now;
        }
    }

    pub(super) fn stop_idle_sample(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let in_use = self.live.values().any(|live| live.run.database == DatabaseUsed::Sample)
            || self.tasks.values().any(|task| task.database == DatabaseUsed::Sample);
        if let Sample::Ready { idle_since, .. } = &self.sample
            && !in_use
            && now.duration_since(*idle_since) >= SAMPLE_IDLE
        {
            self.stop_sample(effects);
        }
    }

    fn stop_sample(&mut self, effects: &mut Vec<Effect>) {
        self.sample = Sample::Stopping;
        effects.push(Effect::StopSample);
        self.publish_sample(effects);
    }

    pub(super) fn sample_said(&mut self, said: SampleSaid, now: Timestamp, effects: &mut Vec<Effect>) {
        let Sample::Starting { days_done, days_total, .. } = &mut self.sample else { return };
        match said {
            SampleSaid::Filling { days_done: done, days_total: total } => {
                (*days_done, *days_total) = (done, total);
            }
            SampleSaid::Ready(address) => self.sample = Sample::Ready { address, idle_since: now },
        }
        self.publish_sample(effects);
    }

    pub(super) fn sample_ended(
        &mut self,
        error: Option<ApiError>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let before = std::mem::replace(&mut self.sample, Sample::Off);
        self.publish_sample(effects);
        match before {
            Sample::Starting { attempt, .. }
                if error.is_none() && attempt < ATTEMPTS && self.stopping.is_none() =>
            {
                self.start_sample(attempt + 1, effects);
            }
            Sample::Starting { .. } => self.fail_sample_queue(error, now, effects),
            Sample::Ready { .. } => {
                // Whoever uses it fails by itself, in its own words; this gives the reason.
                let users = self.live.values_mut().filter(|live| live.run.database == DatabaseUsed::Sample);
                users.filter(|live| live.working).for_each(|live| live.lost_sample = true);
            }
            Sample::Off | Sample::Stopping => {}
        }
    }

    /// It can't be started: nothing that waits for it will ever begin.
    fn fail_sample_queue(&mut self, error: Option<ApiError>, now: Timestamp, effects: &mut Vec<Effect>) {
        let error = error.unwrap_or_else(|| {
            ApiError::new(
                Code::SampleDatabase,
                "the sample database stopped while it was starting",
                "Run it again. If it happens again, the log of the engine says more: landfall engine logs.",
            )
        });
        let waiting: Vec<u64> = self
            .live
            .values()
            .filter(|live| live.run.database == DatabaseUsed::Sample && !live.working)
            .map(|live| live.run.number)
            .collect();
        for number in waiting {
            if let Some(live) = self.live.get(&number) {
                let state = outcome::failed(live, error.clone(), now);
                self.end_run(number, state, now, effects);
            }
        }
        let tasks: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.database == DatabaseUsed::Sample && !task.working)
            .map(|(task, _)| *task)
            .collect();
        for task in tasks {
            self.task_ended(task, TaskState::Failed { error: error.clone() }, now, effects);
        }
    }

    fn publish_sample(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Publish(Box::new(AppEvent::SampleChanged(self.sample.shown()))));
    }
}
