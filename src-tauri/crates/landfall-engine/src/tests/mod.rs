//! The engine's task, one thing at a time: a test says when it hears of something, and so stops it in the middle.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bursts;
mod file_work;
mod folder_check;
mod library;
mod planning;
mod report_files;
mod requests;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use landfall_core::announcement::{FileStamp, Sighting};
use landfall_core::api::{Answer, AppEvent, Command, Reply, RunRequest};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{LibraryEntry, LibraryFilter, LibraryPage, ReportId};
use landfall_core::period::PeriodChoice;
use landfall_core::run::{FileState, Run, RunState};
use landfall_core::state::{Event, SightedFile};
use landfall_store::Ledger;
use landfall_wire::places::Surroundings;
use landfall_wire::{Door, FromDoor, Hello, Listener, Places, Standing};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::engine::{Engine, Incoming, now};

/// Every wait of these tests ends after this time.
const SOON: Duration = Duration::from_secs(20);

/// Every workbook of these tests holds the same, and this is its SHA-256.
const TEXT: &str = "text";
const SHA256_OF_TEXT: &str = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";

/// An engine that moves only when the test moves it, and a door.
struct Bench {
    engine: Engine,
    incoming: mpsc::Receiver<Incoming>,
    from_doors: mpsc::Receiver<FromDoor>,
    door: Door,
    server: JoinHandle<()>,
}

fn places(home: &TempDir) -> Places {
    let places = Places::of(&Surroundings {
        landfall_home: Some(home.path().join("data")),
        home: home.path().to_path_buf(),
        user: "tests".to_owned(),
        ..Surroundings::default()
    });
    places.make().unwrap();
    places
}

impl Bench {
    async fn new(home: &TempDir) -> Self {
        let places = places(home);
        let listener = Listener::bind(&places).await.unwrap();
        let (sender, from_doors) = mpsc::channel(64);
        let (standing, seen) = watch::channel(Standing::IDLE);
        let server = tokio::spawn(landfall_wire::serve(listener, Hello::current(), seen, sender));
        let ledger = Ledger::open(&places.ledger, now()).unwrap().ledger;
        let (told, incoming) = mpsc::channel(64);
        let engine = Engine::new(places.clone(), ledger, told, standing, now());
        let door = Door::connect(&places).await.unwrap();
        let mut bench = Self { engine, incoming, from_doors, door, server };
        bench.hears_the_door().await;
        bench
    }

    /// As killed: whatever was on its way to the engine's task is lost.
    async fn dies(self) {
        self.server.abort();
        let _ = self.server.await;
    }

    /// As killed in the middle of `command`: what it does with a file is done, and the ledger does not know. Another
    /// engine follows.
    async fn dies_in_the_middle_of(mut self, command: Command, home: &TempDir) -> Self {
        let _unheard = self.asks(command).await;
        let _lost = self.next_of_files().await;
        self.dies().await;
        let mut next = Self::new(home).await;
        next.watches().await;
        next.subscribes().await;
        next
    }

    async fn hears_the_door(&mut self) {
        let said = tokio::time::timeout(SOON, self.from_doors.recv()).await.unwrap().unwrap();
        self.engine.door_said(said);
    }

    /// The next thing that the engine's own tasks bring; not dealt with yet.
    async fn next(&mut self) -> Incoming {
        tokio::time::timeout(SOON, self.incoming.recv()).await.unwrap().unwrap()
    }

    /// The next thing of the work on files; not dealt with yet, unlike all that comes before it.
    async fn next_of_files(&mut self) -> Incoming {
        loop {
            match self.next().await {
                files @ (Incoming::FileWorked(_)
                | Incoming::FoldersSeen(_)
                | Incoming::ReportMoved { .. }) => return files,
                other => self.engine.happened(other),
            }
        }
    }

    /// The door asks, and the engine has heard it. The answer may come later.
    async fn asks(&mut self, command: Command) -> JoinHandle<Answer> {
        let asker = self.door.asker();
        let answer = tokio::spawn(async move { asker.ask(command).await.unwrap() });
        self.hears_the_door().await;
        answer
    }

    /// Asks for something that is answered at once, without anything else happening.
    async fn answer(&mut self, command: Command) -> Answer {
        let answer = self.asks(command).await;
        tokio::time::timeout(SOON, answer).await.unwrap().unwrap()
    }

    /// Asks for something that needs a look at the disk.
    async fn looks(&mut self, command: Command) -> Answer {
        let answer = self.asks(command).await;
        self.goes_on_until(answer).await
    }

    async fn list(&mut self, filter: LibraryFilter) -> LibraryPage {
        match self.looks(Command::ListLibrary(filter)).await.unwrap() {
            Reply::Library(page) => page,
            other => panic!("{other:?}"),
        }
    }

    async fn entry(&mut self, id: &ReportId) -> LibraryEntry {
        match self.looks(Command::LocateReport { id: id.clone() }).await.unwrap() {
            Reply::Located { entry, .. } => *entry,
            other => panic!("{other:?}"),
        }
    }

    async fn subscribes(&mut self) {
        let subscribe = Command::Subscribe { presents: true, announcements_after: None };
        self.answer(subscribe).await.unwrap();
        assert!(matches!(self.door.next_event().await, Ok(AppEvent::Snapshot(_))));
    }

    /// Everything happens that has to, until the door has heard an event that `takes` takes something from.
    async fn hears<T>(&mut self, mut takes: impl FnMut(AppEvent) -> Option<T>) -> T {
        let all = async {
            loop {
                tokio::select! {
                    event = self.door.next_event() => if let Some(taken) = takes(event.unwrap()) { break taken },
                    incoming = self.incoming.recv() => self.engine.happened(incoming.unwrap()),
                }
            }
        };
        tokio::time::timeout(SOON, all).await.unwrap()
    }

    /// The reports folder is there and watched, and what lies in it was looked at.
    async fn watches(&mut self) {
        std::fs::create_dir_all(self.reports()).unwrap();
        self.engine.load_settings();
        let folder = self.reports().display().to_string();
        while !self.engine.ledger.has_baseline(&folder).unwrap() {
            let incoming = self.next().await;
            self.engine.happened(incoming);
        }
    }

    /// The watch of the reports folder says that these workbooks are complete and new.
    fn sees(&mut self, names: &[String]) {
        let new = Sighting {
            recorded: false,
            first_scan: false,
            has_baseline: true,
            locked: false,
            opened_since_change: false,
        };
        let file = |name: &String| SightedFile {
            path: PathBuf::from(name),
            stamp: FileStamp { bytes: 4, modified_ns: 1, changed_ns: None, inode: 1 },
            sha256: SHA256_OF_TEXT.to_owned(),
            run: None,
            sighting: new,
        };
        let (folder, files) = (self.reports().display().to_string(), names.iter().map(file).collect());
        self.engine.apply(Event::FilesSighted { folder, files, now: now() });
    }

    /// A workbook of somebody else's lies in the reports folder and was seen.
    fn gets(&mut self, name: &str) -> ReportId {
        std::fs::write(self.reports().join(name), TEXT).unwrap();
        self.sees(&[name.to_owned()]);
        let folder = self.reports().display().to_string();
        self.engine.ledger.report_of_file(&folder, name.as_ref()).unwrap().unwrap()
    }

    /// A bench with a report of each kind: of a run, and of somebody else's.
    async fn with_reports(home: &TempDir) -> (Self, [ReportId; 2]) {
        let mut bench = Self::new(home).await;
        bench.watches().await;
        bench.subscribes().await;
        let run = ReportId::Run(bench.has_made(request()).await.number);
        let theirs = bench.gets("theirs.xlsx");
        (bench, [run, theirs])
    }

    async fn refusal(&mut self, command: Command) -> ApiError {
        self.answer(command).await.unwrap_err()
    }

    /// Everything happens that has to, until the answer is there.
    async fn goes_on_until(&mut self, mut answer: JoinHandle<Answer>) -> Answer {
        let all = async {
            loop {
                tokio::select! {
                    answer = &mut answer => break answer.unwrap(),
                    incoming = self.incoming.recv() => self.engine.happened(incoming.unwrap()),
                }
            }
        };
        tokio::time::timeout(SOON, all).await.unwrap()
    }

    async fn run(&mut self, number: u64) -> Run {
        match self.answer(Command::ShowRun { run: number }).await.unwrap() {
            Reply::Run { run } => *run,
            other => panic!("{other:?}"),
        }
    }

    fn reports(&self) -> PathBuf {
        self.engine.places.reports_default.clone()
    }

    /// A run of `request` that has succeeded, and its workbook and description in the reports folder.
    async fn has_made(&mut self, request: RunRequest) -> Run {
        let Reply::RunAccepted { run, .. } = self.answer(Command::RunReport(request)).await.unwrap() else {
            panic!("the run was not accepted");
        };
        self.engine.apply(Event::CancelRequested {
            request: landfall_core::state::RequestRef { door: 0, request: 0 },
            run: run.number,
            now: now(),
        });
        while self.engine.state.live_run(run.number).is_some() {
            let incoming = self.next().await;
            self.engine.happened(incoming);
        }
        let state = RunState::Succeeded {
            ended_at: now(),
            rows: 1,
            bytes: 4,
            sha256: SHA256_OF_TEXT.to_owned(),
            query_ms: 1,
        };
        let run = Run { state, file_state: FileState::Present, ..*run };
        assert!(self.engine.state.live_run(run.number).is_none());
        self.engine.ledger.update_run(&run).unwrap();
        std::fs::write(self.reports().join(&run.file), TEXT).unwrap();
        std::fs::write(self.reports().join(format!("{}.json", run.file)), "{}").unwrap();
        run
    }
}

fn request() -> RunRequest {
    RunRequest::new(PeriodChoice::PreviousMonth)
}

/// Everything there is, on one page.
fn all() -> LibraryFilter {
    LibraryFilter { limit: 500, ..LibraryFilter::default() }
}

fn names_of(folder: &std::path::Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
