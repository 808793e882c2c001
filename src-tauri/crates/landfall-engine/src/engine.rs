//! The one task that owns the state.

use std::collections::HashMap;

use jiff::Timestamp;
use landfall_core::announcement::Announcement;
use landfall_core::api::{Answer, AppEvent, EngineStatus, Snapshot};
use landfall_core::code::ApiError;
use landfall_core::settings::{SettingProblem, Settings};
use landfall_core::state::{Effect, Event, RequestRef, State};
use landfall_store::Ledger;
use landfall_wire::{DoorId, FromDoor, Outbox, Places, Standing};
use tokio::sync::{mpsc, watch};

use crate::commands::ledger_error;
use crate::folder_change::{Contents, Relocation};
use crate::folders::{Folders, FromFolder};
use crate::generator::Generators;
use crate::library::Changes;
use crate::report_files::FileWorked;
use crate::sample::SampleProcess;
use crate::secrets::Secrets;
use crate::tasks::Tasks;
use crate::{crash, settings_file};

/// The newest runs in a snapshot.
const RECENT_RUNS: u32 = 20;

/// Something that reaches the engine from its own tasks.
pub(crate) enum Incoming {
    Event(Box<Event>),
    Folder(FromFolder),
    /// An answer that took longer than its command.
    Answer {
        request: RequestRef,
        answer: Box<Answer>,
    },
    SettingsFileChanged,
    FileWorked(Box<FileWorked>),
    LibraryChangesDue,
    FoldersSeen(Result<Contents, ApiError>),
    ReportMoved {
        run: u64,
        moved: Result<(), ApiError>,
    },
    PasswordsForgotten {
        request: RequestRef,
        forgotten: Vec<String>,
        answer: Box<Answer>,
    },
}

pub(crate) struct Engine {
    pub(crate) places: Places,
    pub(crate) ledger: Ledger,
    pub(crate) state: State,
    pub(crate) settings: Settings,
    pub(crate) problems: Vec<SettingProblem>,
    pub(crate) incoming: mpsc::Sender<Incoming>,
    pub(crate) secrets: Secrets,
    pub(crate) generators: Generators,
    pub(crate) sample: SampleProcess,
    pub(crate) tasks: Tasks,
    pub(crate) folders: Folders,
    pub(crate) relocation: Option<Relocation>,
    pub(crate) changes: Changes,
    /// Announcements of a burst, in the ledger and not told yet.
    pub(crate) collected: Vec<Announcement>,
    doors: HashMap<u64, Door>,
    standing: watch::Sender<Standing>,
    started_at: Timestamp,
    pub(crate) ended: bool,
}

/// An attached door.
struct Door {
    outbox: Outbox,
    subscribed: bool,
    presents: bool,
}

/// Several announcements are told as one; one is told by itself.
pub(crate) fn as_one(mut announcements: Vec<Announcement>) -> Option<AppEvent> {
    match announcements.len() {
        0 => None,
        1 => announcements.pop().map(|announcement| AppEvent::Announced(Box::new(announcement))),
        _ => Some(AppEvent::AnnouncedDigest(announcements)),
    }
}

/// The one clock of the engine.
#[expect(clippy::disallowed_methods, reason = "the one clock of the engine")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

impl Engine {
    pub(crate) fn new(
        places: Places,
        ledger: Ledger,
        incoming: mpsc::Sender<Incoming>,
        standing: watch::Sender<Standing>,
        now: Timestamp,
    ) -> Self {
        let next_run = ledger.next_run().unwrap_or(landfall_core::names::FIRST_RUN);
        Self {
            state: State::new(next_run, now),
            settings: Settings::default(),
            problems: Vec::new(),
            secrets: Secrets::new(&places.data),
            generators: Generators::new(incoming.clone()),
            sample: SampleProcess::new(places.sample.clone(), incoming.clone()),
            tasks: Tasks::new(incoming.clone()),
            folders: Folders::new(incoming.clone()),
            relocation: None,
            changes: Changes::default(),
            collected: Vec::new(),
            doors: HashMap::new(),
            started_at: now,
            ended: false,
            places,
            ledger,
            incoming,
            standing,
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Judges `event` and carries out what follows.
    pub(crate) fn apply(&mut self, event: Event) {
        let mut effects = self.state.apply(event).into_iter();
        while let Some(effect) = effects.next() {
            if let Err(error) = self.carry_out(effect) {
                return self.give_up(&error, effects);
            }
        }
        let busy = self.state.busy_with();
        self.standing.send_if_modified(|standing| {
            let changed = standing.busy_with != busy;
            standing.busy_with.clone_from(&busy);
            changed
        });
    }

    /// A run that can't be written down must not begin. The engine ends at once, and its children with it; the
    /// next one reads the ledger and shows what really happened.
    fn give_up(&mut self, error: &landfall_store::Error, not_done: impl Iterator<Item = Effect>) {
        tracing::error!("the ledger can't be written, so the engine ends: {error}");
        for effect in not_done {
            if let Effect::Reply { request, .. } = effect {
                self.reply(request, Err(ledger_error(error)));
            }
        }
        self.publish(&AppEvent::Stopping { reason: "the ledger can't be written".to_owned() });
        self.ended = true;
    }

    pub(crate) fn happened(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Event(event) => self.apply(*event),
            Incoming::Folder(said) => self.folder_said(said),
            Incoming::Answer { request, answer } => self.reply(request, *answer),
            Incoming::SettingsFileChanged => self.load_settings(),
            Incoming::FileWorked(done) => self.file_worked(*done),
            Incoming::LibraryChangesDue => self.tell_library_changes(),
            Incoming::FoldersSeen(seen) => self.folders_seen(seen),
            Incoming::ReportMoved { run, moved } => self.report_moved(run, moved),
            Incoming::PasswordsForgotten { request, forgotten, answer } => {
                self.passwords_forgotten(request, &forgotten, *answer);
            }
        }
    }

    pub(crate) fn door_said(&mut self, said: FromDoor) {
        match said {
            FromDoor::Opened { door: DoorId(door), outbox } => {
                self.doors.insert(door, Door { outbox, subscribed: false, presents: false });
                self.apply(Event::DoorOpened { door, now: now() });
            }
            FromDoor::Asked { door: DoorId(door), request, command } => {
                self.asked(RequestRef { door, request }, command);
            }
            FromDoor::Closed { door: DoorId(door) } => {
                self.doors.remove(&door);
                self.apply(Event::DoorClosed { door, now: now() });
            }
            FromDoor::ReplaceAsked => {
                tracing::info!("a door of another version takes over");
                self.apply(Event::Terminated { now: now() });
            }
        }
    }

    pub(crate) fn reply(&mut self, request: RequestRef, answer: Answer) {
        if let Err(error) = &answer {
            tracing::info!(door = request.door, code = %error.code.word(), "refused: {}", error.message);
        }
        if let Some(door) = self.doors.get(&request.door) {
            // A door that has gone needs no answer; its end arrives as an event.
            let _ = door.outbox.answer(request.request, answer);
        }
    }

    /// Sends `event` to every subscriber.
    pub(crate) fn publish(&mut self, event: &AppEvent) {
        let announcement = matches!(event, AppEvent::Announced(_) | AppEvent::AnnouncedDigest(_));
        for door in self.doors.values().filter(|door| door.subscribed && (door.presents || !announcement)) {
            let _ = door.outbox.event(event.clone());
        }
    }

    pub(crate) fn has_subscribers(&self) -> bool {
        self.doors.values().any(|door| door.subscribed)
    }

    /// Tells what a burst has collected, as one.
    pub(crate) fn tell_collected(&mut self) {
        if let Some(told) = as_one(std::mem::take(&mut self.collected)) {
            self.publish(&told);
        }
    }

    /// Sends the snapshot, then what the door missed, then everything from now on.
    pub(crate) fn subscribe(&mut self, request: RequestRef, presents: bool, after: Option<i64>) {
        // What a burst has collected is told to those who are here; who comes now has it in the snapshot's number.
        self.tell_collected();
        let snapshot = self.snapshot();
        let missed = match after.filter(|_| presents) {
            Some(after) => self.ledger.announcements_after(after).unwrap_or_else(|error| {
                tracing::error!("announcements can't be read: {error}");
                Vec::new()
            }),
            None => Vec::new(),
        };
        self.reply(request, Ok(landfall_core::api::Reply::Done));
        if let Some(door) = self.doors.get_mut(&request.door) {
            (door.subscribed, door.presents) = (true, presents);
            let _ = door.outbox.event(AppEvent::Snapshot(Box::new(snapshot)));
            if let Some(told) = as_one(missed) {
                let _ = door.outbox.event(told);
            }
        }
        self.apply(Event::DoorSubscribed { door: request.door, presents, now: now() });
    }

    fn snapshot(&self) -> Snapshot {
        let recent = self.ledger.recent(RECENT_RUNS).unwrap_or_else(|error| {
            tracing::error!("recent runs can't be read: {error}");
            Vec::new()
        });
        Snapshot {
            status: self.status(),
            settings: self.settings.clone(),
            problems: self.problems.clone(),
            live: self.state.live_runs().cloned().collect(),
            recent,
            library: self.library_totals(),
            last_announcement: self.ledger.last_announcement().unwrap_or_default(),
        }
    }

    pub(crate) fn status(&self) -> EngineStatus {
        EngineStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            started_at: self.started_at,
            data_folder: self.places.data.display().to_string(),
            logs_folder: self.places.logs.display().to_string(),
            doors: self.state.doors(),
            live_runs: self.state.live_runs().count(),
            sample: self.state.sample(),
            folders: self.state.folders(),
            crashes: crash::unseen_crashes(&self.places.crashes)
                .into_iter()
                .map(|path| path.display().to_string())
                .collect(),
        }
    }

    /// Reads the settings file and acts on what changed in it.
    pub(crate) fn load_settings(&mut self) {
        let (mut settings, problems) = settings_file::load(&self.places.settings_file);
        settings.reports.folder = settings.reports.folder.map(|folder| self.tidy_path(&folder));
        for folder in &mut settings.reports.also_watch {
            *folder = self.tidy_path(folder);
        }
        for problem in &problems {
            tracing::warn!(key = %problem.key, line = problem.line, "settings.toml: {}", problem.message);
        }
        let changed = settings != self.settings || problems != self.problems;
        (self.settings, self.problems) = (settings, problems);
        self.watch_folders();
        if changed {
            let event = AppEvent::SettingsChanged {
                settings: Box::new(self.settings.clone()),
                problems: self.problems.clone(),
            };
            self.publish(&event);
        }
    }

    /// The last words to every door, then the end of all children.
    pub(crate) async fn say_goodbye(&mut self) {
        self.sample.stop_and_wait().await;
        let flushed = self.doors.values().map(|door| door.outbox.flushed());
        let all = futures_util::future::join_all(flushed);
        // A door that does not read must not keep the engine.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), all).await;
    }
}
