//! The one state of the engine, and everything that can happen to it.
//!
//! [`State::apply`] is the whole of it: an event goes in, effects come out as data, in the order in which they
//! must be carried out. A run is in the ledger before anything is started for it because [`Effect::InsertRun`]
//! stands before [`Effect::StartGenerator`], and so on.

mod burst;
mod event;
mod file_work;
mod files;
mod idle;
mod outcome;
mod runs;
mod sample;
mod tasks;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use burst::BURST;
pub use event::{
    Announce, Effect, Event, FileWork, FolderChange, FolderSaid, ReportFile, RequestRef, SampleSaid,
    SightedFile,
};
pub use outcome::GeneratorEnd;
pub use sample::SampleAddress;

use crate::api::{FolderState, FolderStatus, SampleState};
use crate::database::{TaskKind, TaskProgress, TaskState};
use crate::library::ReportId;
use crate::run::{DatabaseUsed, Run, RunState};
use crate::settings::DatabaseSettings;

/// How many generators may work on a server of the user's own at the same time.
const SERVER_RUNS_AT_ONCE: usize = 2;

/// The engine ends by itself this long after the last door left (contract, "Processes").
pub const ENGINE_IDLE: SignedDuration = SignedDuration::from_secs(15);

/// The sample database is stopped this long after its last use.
pub const SAMPLE_IDLE: SignedDuration = SignedDuration::from_secs(60);

/// Everything the engine decides upon.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    next_run: u64,
    next_task: u64,
    /// Runs that are not over, by number.
    live: BTreeMap<u64, LiveRun>,
    tasks: BTreeMap<u64, Task>,
    sample: sample::Sample,
    folders: BTreeMap<String, files::WatchedFolder>,
    /// Announcements that come close together.
    burst: burst::Burst,
    /// Reports whose files are being deleted or restored.
    working_on: BTreeMap<ReportId, FileWork>,
    folder_change: Option<FolderChange>,
    doors: BTreeSet<u64>,
    /// Doors that show announcements to a person.
    presenting: BTreeSet<u64>,
    /// Since when nobody needs the engine.
    idle_since: Option<Timestamp>,
    /// Why the engine is ending, once it is.
    stopping: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct LiveRun {
    run: Run,
    /// How the server of the user's own is reached.
    connection: DatabaseSettings,
    /// Told to start its generator and not heard to have ended.
    working: bool,
    /// How long the computer slept while it worked.
    slept: SignedDuration,
    /// The sample database went away under it.
    lost_sample: bool,
    rows: runs::RowsTold,
}

#[derive(Debug, Clone, PartialEq)]
struct Task {
    kind: TaskKind,
    database: DatabaseUsed,
    connection: DatabaseSettings,
    confirmation: Option<String>,
    working: bool,
    state: TaskState,
}

impl State {
    /// The state at the start of an engine whose ledger gives the next run `next_run`.
    pub fn new(next_run: u64, now: Timestamp) -> Self {
        Self {
            next_run,
            next_task: 1,
            live: BTreeMap::new(),
            tasks: BTreeMap::new(),
            sample: sample::Sample::Off,
            folders: BTreeMap::new(),
            burst: burst::Burst::default(),
            working_on: BTreeMap::new(),
            folder_change: None,
            doors: BTreeSet::new(),
            presenting: BTreeSet::new(),
            idle_since: Some(now),
            stopping: None,
        }
    }

    /// What follows from `event`. The state afterwards and the effects belong together: all of them are
    /// carried out, in order, before the next event is applied.
    pub fn apply(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        let now = event.at();
        match event {
            Event::DoorOpened { door, .. } => self.door_opened(door),
            Event::DoorSubscribed { door, presents, .. } => {
                self.door_subscribed(door, presents, &mut effects);
            }
            Event::DoorClosed { door, .. } => self.door_closed(door),
            Event::RunRequested { request, planned, .. } => {
                self.request_run(request, *planned, now, &mut effects);
            }
            Event::CancelRequested { request, run, .. } => self.cancel_run(request, run, now, &mut effects),
            Event::RunFound { run, published, .. } => {
                runs::settle_found_run(*run, published.as_ref(), now, &mut effects);
            }
            Event::GeneratorSaid { run, said, .. } => self.generator_said(run, said, now, &mut effects),
            Event::GeneratorEnded { run, end, .. } => self.generator_ended(run, &end, now, &mut effects),
            Event::SampleSaid { said, .. } => self.sample_said(said, now, &mut effects),
            Event::SampleEnded { error, .. } => self.sample_ended(error, now, &mut effects),
            Event::TaskRequested { request, kind, connection, confirmation, .. } => {
                self.request_task(request, kind, *connection, confirmation, &mut effects);
            }
            Event::TaskProgressed { task, done, total, .. } => {
                self.task_changed(task, TaskState::Running { done, total }, &mut effects);
            }
            Event::TaskEnded { task, ended, .. } => self.task_ended(task, *ended, now, &mut effects),
            Event::TaskCancelRequested { request, task, .. } => self.cancel_task(request, task, &mut effects),
            Event::FolderWatched { folder, has_baseline, .. } => self.folder_watched(folder, has_baseline),
            Event::FolderUnwatched { folder, .. } => {
                self.folders.remove(&folder);
            }
            Event::FolderSaid { folder, said, .. } => self.folder_said(&folder, said, &mut effects),
            Event::FilesSighted { folder, files, .. } => {
                self.files_sighted(&folder, files, now, &mut effects);
            }
            Event::FileWorkRequested { request, work, file, .. } => {
                self.request_file_work(request, work, file, &mut effects);
            }
            Event::FileWorkEnded { report, .. } => self.file_work_ended(&report, &mut effects),
            Event::FolderChangeRequested { request, change, .. } => {
                self.request_folder_change(request, *change, &mut effects);
            }
            Event::FolderChangeEnded { .. } => self.folder_change_ended(&mut effects),
            Event::Slept { duration, .. } => self.slept(duration),
            Event::StopRequested { request, even_if_busy, .. } => {
                self.request_stop(request, even_if_busy, now, &mut effects);
            }
            Event::Terminated { .. } => self.stop("the system asked Landfall to stop", now, &mut effects),
            Event::Ticked { .. } => {
                self.tell_rows(now, &mut effects);
                self.tell_collected(now, &mut effects);
                self.stop_what_is_idle(now, &mut effects);
            }
        }
        self.start_what_can_start(now, &mut effects);
        self.note_idleness(now);
        effects
    }

    /// Runs that are not over, oldest first.
    pub fn live_runs(&self) -> impl Iterator<Item = &Run> {
        self.live.values().map(|live| &live.run)
    }

    pub fn live_run(&self, number: u64) -> Option<&Run> {
        self.live.get(&number).map(|live| &live.run)
    }

    pub fn doors(&self) -> usize {
        self.doors.len()
    }

    pub fn sample(&self) -> SampleState {
        self.sample.shown()
    }

    pub fn folders(&self) -> Vec<FolderStatus> {
        self.folders
            .iter()
            .map(|(folder, watched)| FolderStatus { folder: folder.clone(), state: watched.state.clone() })
            .collect()
    }

    pub fn folder_state(&self, folder: &str) -> Option<&FolderState> {
        self.folders.get(folder).map(|watched| &watched.state)
    }

    pub fn task(&self, task: u64) -> Option<TaskProgress> {
        let known = self.tasks.get(&task)?;
        Some(TaskProgress { task, kind: known.kind, state: known.state.clone() })
    }

    /// Whether nothing is under way that an end of the engine would cut short.
    pub fn is_idle(&self) -> bool {
        self.busy_with().is_none()
    }

    /// Whether the engine is ending, so that nothing new begins.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    /// Gives every queued run and task what it waits for, as far as it is free.
    fn start_what_can_start(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.stopping.is_some() {
            return;
        }
        self.start_server_runs(now, effects);
        self.start_server_tasks(effects);
        self.serve_sample_queue(now, effects);
    }

    fn start_server_runs(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let on_server = |live: &&mut LiveRun| live.run.database != DatabaseUsed::Sample;
        let working = self.live.values_mut().filter(on_server).filter(|live| live.working).count();
        let free = SERVER_RUNS_AT_ONCE.saturating_sub(working);
        let waiting = self.live.values_mut().filter(on_server).filter(|live| live.is_queued()).take(free);
        for live in waiting {
            live.start(None, now, effects);
        }
    }
}

impl LiveRun {
    fn is_queued(&self) -> bool {
        matches!(self.run.state, RunState::Queued) && !self.working
    }
}
