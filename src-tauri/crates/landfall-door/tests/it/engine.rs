//! An engine that holds its data folder, answers what the test says, and ends when it is told to.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use landfall_core::api::{AppEvent, Command, EngineStatus, Reply, SampleState, Snapshot};
use landfall_core::library::LibraryTotals;
use landfall_core::settings::Settings;
use landfall_door::Session;
use landfall_wire::places::Surroundings;
use landfall_wire::{FromDoor, Hello, Launch, Listener, Places, Standing, serve};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};

/// Every wait of these tests ends after this time.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Places in a folder of this test.
pub(crate) fn fresh() -> (TempDir, Places) {
    let folder = tempfile::Builder::new().prefix("landfall-door-").tempdir().unwrap();
    let places = places(folder.path());
    places.make().unwrap();
    (folder, places)
}

fn places(folder: &Path) -> Places {
    Places::of(&Surroundings {
        landfall_home: Some(folder.join("data")),
        home: folder.to_path_buf(),
        user: "tests".to_owned(),
        ..Surroundings::default()
    })
}

/// A session with the engine that serves; another one can't be started.
pub(crate) async fn session(places: &Places) -> Session {
    Session::open(places, Launch::engine_of("/nowhere/landfall"), || ()).await.unwrap()
}

/// Serves until it is stopped; `hear` is told each command before it is answered.
pub(crate) async fn engine(
    places: &Places,
    last_announcement: i64,
    mut hear: impl FnMut(&Command) + Send + 'static,
) {
    let lock = File::create(&places.lock).unwrap();
    lock.try_lock().unwrap();
    let listener = Listener::bind(places).await.unwrap();
    let (sender, mut from_doors) = mpsc::channel(64);
    let (standing, seen) = watch::channel(Standing::IDLE);
    let server = tokio::spawn(serve(listener, Hello::current(), seen, sender));
    let snapshot = snapshot(places, last_announcement);
    tokio::spawn(async move {
        let _held = (lock, standing);
        let mut outboxes = HashMap::new();
        while let Some(from) = from_doors.recv().await {
            match from {
                FromDoor::Opened { door, outbox } => drop(outboxes.insert(door, outbox)),
                FromDoor::Closed { door } => drop(outboxes.remove(&door)),
                FromDoor::ReplaceAsked => {}
                FromDoor::Asked { door, request, command } => {
                    hear(&command);
                    let outbox = &outboxes[&door];
                    let reply = match &command {
                        Command::Status => Reply::Status(snapshot.status.clone()),
                        _ => Reply::Done,
                    };
                    let _ = outbox.answer(request, Ok(reply));
                    if matches!(command, Command::Subscribe { .. }) {
                        let _ = outbox.event(AppEvent::Snapshot(Box::new(snapshot.clone())));
                    }
                    if matches!(command, Command::StopEngine { .. }) {
                        let _ = outbox.flushed().await;
                        server.abort();
                        return;
                    }
                }
            }
        }
    });
}

fn snapshot(places: &Places, last_announcement: i64) -> Snapshot {
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
        last_announcement,
    }
}
