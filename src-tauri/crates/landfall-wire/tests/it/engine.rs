//! A small engine for tests: it answers with what the test says.

use std::path::Path;
use std::time::Duration;

use landfall_core::api::{Answer, Command, Reply};
use landfall_wire::places::Surroundings;
use landfall_wire::{DoorId, FromDoor, Hello, Listener, Outbox, Places, Standing, serve};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Every wait of these tests ends after this time.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Places in a folder of this test.
pub(crate) fn places(folder: &Path) -> Places {
    Places::of(&Surroundings {
        landfall_home: Some(folder.join("data")),
        home: folder.to_path_buf(),
        user: "tests".to_owned(),
        ..Surroundings::default()
    })
}

pub(crate) fn fresh() -> (TempDir, Places) {
    let folder = tempfile::Builder::new().prefix("landfall-wire-").tempdir().unwrap();
    let places = places(folder.path());
    (folder, places)
}

pub(crate) struct Engine {
    pub(crate) from_doors: mpsc::Receiver<FromDoor>,
    pub(crate) standing: watch::Sender<Standing>,
    server: JoinHandle<()>,
}

impl Engine {
    pub(crate) async fn open(places: &Places) -> Self {
        Self::open_as(places, Hello::current()).await
    }

    pub(crate) async fn open_as(places: &Places, hello: Hello) -> Self {
        let listener = Listener::bind(places).await.unwrap();
        let (sender, from_doors) = mpsc::channel(64);
        let (standing, seen) = watch::channel(Standing::IDLE);
        Self { from_doors, standing, server: tokio::spawn(serve(listener, hello, seen, sender)) }
    }

    /// Ends the engine and waits until its socket is gone.
    pub(crate) async fn end(self) {
        self.server.abort();
        let _ = self.server.await;
    }

    pub(crate) async fn next(&mut self) -> FromDoor {
        tokio::time::timeout(SOON, self.from_doors.recv()).await.unwrap().unwrap()
    }

    pub(crate) async fn opened(&mut self) -> (DoorId, Outbox) {
        match self.next().await {
            FromDoor::Opened { door, outbox } => (door, outbox),
            other => panic!("expected a door to open: {other:?}"),
        }
    }

    /// Answers every command until dropped.
    pub(crate) fn answer_all(mut self, answer: fn(&Command) -> Answer) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut outboxes = std::collections::HashMap::new();
            while let Some(from) = self.from_doors.recv().await {
                match from {
                    FromDoor::Opened { door, outbox } => drop(outboxes.insert(door, outbox)),
                    FromDoor::Asked { door, request, command } => {
                        let _ = outboxes[&door].answer(request, answer(&command));
                    }
                    FromDoor::Closed { door } => drop(outboxes.remove(&door)),
                    FromDoor::ReplaceAsked => return self.server.abort(),
                }
            }
        })
    }
}

/// Gives back a number that the command carried, so that mixed-up answers show.
#[expect(clippy::unnecessary_wraps, reason = "an answer can be a refusal")]
pub(crate) fn echo(command: &Command) -> Answer {
    Ok(match command {
        Command::ShowRun { run } => Reply::TaskStarted { task: *run },
        _ => Reply::Done,
    })
}
