//! An engine that answers what the test says, and remembers what it was asked.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex};

use landfall_core::api::{Answer, AppEvent, Command, EngineStatus, Reply, SampleState, Snapshot};
use landfall_core::library::LibraryTotals;
use landfall_core::settings::Settings;
use landfall_tests::home::Home;
use landfall_wire::places::Surroundings;
use landfall_wire::{DoorId, FromDoor, Hello, Listener, Outbox, Places, Standing, serve};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

type Script = Box<dyn FnMut(&Command) -> Answer + Send>;

/// Ends with the test.
pub(crate) struct ScriptedEngine {
    pub(crate) home: Home,
    pub(crate) places: Places,
    shared: Arc<Mutex<Shared>>,
    _serving: Runtime,
    /// Held, so that the app never starts an engine of its own.
    _lock: File,
}

struct Shared {
    script: Script,
    asked: Vec<Command>,
    doors: HashMap<DoorId, Outbox>,
    snapshot: Snapshot,
}

/// The places of a home, as the programs started with its environment see them.
pub(crate) fn places(home: &Home) -> Places {
    Places::of(&Surroundings {
        landfall_home: Some(home.data()),
        home: home.path(),
        runtime: Some(home.runtime()),
        user: "tests".to_owned(),
        ..Surroundings::default()
    })
}

impl ScriptedEngine {
    /// Answers with what `script` says; `Status` and `Subscribe` by itself.
    pub(crate) fn new(script: impl FnMut(&Command) -> Answer + Send + 'static) -> Self {
        let home = Home::new();
        let places = places(&home);
        places.make().unwrap();
        let lock = File::create(&places.lock).unwrap();
        lock.try_lock().unwrap();
        let shared = Arc::new(Mutex::new(Shared {
            script: Box::new(script),
            asked: Vec::new(),
            doors: HashMap::new(),
            snapshot: snapshot(&places),
        }));
        let serving =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = serving.block_on(Listener::bind(&places)).unwrap();
        let (sender, mut from_doors) = mpsc::channel(64);
        let (_, standing) = watch::channel(Standing::IDLE);
        serving.spawn(serve(listener, Hello::current(), standing, sender));
        let taking = Arc::clone(&shared);
        serving.spawn(async move {
            while let Some(from_door) = from_doors.recv().await {
                taking.lock().unwrap().take(from_door);
            }
        });
        Self { home, places, shared, _serving: serving, _lock: lock }
    }

    /// Everything that was asked, but for the shell's own subscription and its menu.
    pub(crate) fn asked(&self) -> Vec<Command> {
        let asked = self.shared.lock().unwrap().asked.clone();
        asked.into_iter().filter(|command| !matches!(command, Command::Subscribe { .. })).collect()
    }
}

impl Shared {
    fn take(&mut self, from_door: FromDoor) {
        match from_door {
            FromDoor::Opened { door, outbox } => drop(self.doors.insert(door, outbox)),
            FromDoor::Closed { door } => drop(self.doors.remove(&door)),
            FromDoor::ReplaceAsked => {}
            FromDoor::Asked { door, request, command } => {
                self.asked.push(command.clone());
                let Some(outbox) = self.doors.get(&door) else { return };
                let answer = match &command {
                    Command::Subscribe { .. } => Ok(Reply::Done),
                    Command::Status => Ok(Reply::Status(self.snapshot.status.clone())),
                    other => (self.script)(other),
                };
                let _ = outbox.answer(request, answer);
                if matches!(command, Command::Subscribe { .. }) {
                    let _ = outbox.event(AppEvent::Snapshot(Box::new(self.snapshot.clone())));
                }
            }
        }
    }
}

fn snapshot(places: &Places) -> Snapshot {
    Snapshot {
        status: EngineStatus {
            version: "0.1.0".to_owned(),
            pid: 1,
            started_at: "2026-11-22T08:00:00Z".parse().unwrap(),
            data_folder: places.data.display().to_string(),
            logs_folder: places.logs.display().to_string(),
            doors: 1,
            live_runs: 0,
            sample: SampleState::Off,
            folders: vec![],
            crashes: vec![],
        },
        settings: Settings::default(),
        problems: vec![],
        live: vec![],
        recent: vec![],
        library: LibraryTotals::default(),
        last_announcement: 0,
    }
}
