//! A scripted engine, the command line started against it, and runs to tell of.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use landfall_core::api::{Answer, AppEvent, Command, EngineStatus, Reply, SampleState, Snapshot};
use landfall_core::code::{ApiError, Code};
use landfall_core::period::{Period, PeriodChoice};
use landfall_core::run::{DatabaseUsed, FileState, Phase, Run, RunState, Step};
use landfall_core::settings::Settings;
use landfall_tests::home::Home;
use landfall_tests::program::Program;
use landfall_tests::until;
use landfall_wire::places::Surroundings;
use landfall_wire::{DoorId, FromDoor, Hello, Listener, Outbox, Places, Standing, serve};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

/// Every wait of these tests ends after this time.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Gives the answer to a command, and puts the events that follow it into the list.
type Script = Box<dyn FnMut(&Command, &mut Vec<AppEvent>) -> Answer + Send>;

pub(crate) struct ScriptedEngine {
    pub(crate) home: Home,
    places: Places,
    shared: Arc<Mutex<Shared>>,
    serving: Option<Runtime>,
    /// Held, so that the command line never starts an engine of its own.
    _lock: File,
}

struct Shared {
    script: Script,
    /// Commands that are heard and never answered.
    unanswered: fn(&Command) -> bool,
    asked: Vec<Command>,
    doors: HashMap<DoorId, Outbox>,
    snapshot: Snapshot,
}

impl ScriptedEngine {
    /// An engine that answers with what `script` says; it answers `Status` and `Subscribe` by itself.
    pub(crate) fn new(mut script: impl FnMut(&Command) -> Answer + Send + 'static) -> Self {
        Self::with_events(move |command, _| script(command))
    }

    pub(crate) fn with_events(
        script: impl FnMut(&Command, &mut Vec<AppEvent>) -> Answer + Send + 'static,
    ) -> Self {
        let home = Home::new();
        let places = Places::of(&Surroundings {
            landfall_home: Some(home.data()),
            home: home.path(),
            runtime: Some(home.runtime()),
            user: "tests".to_owned(),
            ..Surroundings::default()
        });
        places.make().unwrap();
        let lock = File::create(&places.lock).unwrap();
        lock.try_lock().unwrap();
        let status = EngineStatus {
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
        };
        let snapshot = Snapshot {
            status,
            settings: Settings::default(),
            problems: vec![],
            live: vec![],
            recent: vec![],
            library: landfall_core::library::LibraryTotals::default(),
            last_announcement: 0,
        };
        let shared = Shared {
            script: Box::new(script),
            unanswered: |_| false,
            asked: vec![],
            doors: HashMap::new(),
            snapshot,
        };
        let mut engine =
            Self { home, places, shared: Arc::new(Mutex::new(shared)), serving: None, _lock: lock };
        engine.serve();
        engine
    }

    fn serve(&mut self) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(Listener::bind(&self.places)).unwrap();
        let (sender, mut from_doors) = mpsc::channel(64);
        let (_, standing) = watch::channel(Standing::IDLE);
        runtime.spawn(serve(listener, Hello::current(), standing, sender));
        let shared = Arc::clone(&self.shared);
        runtime.spawn(async move {
            while let Some(from_door) = from_doors.recv().await {
                shared.lock().unwrap().take(from_door);
            }
        });
        self.serving = Some(runtime);
    }

    /// The engine ends without a word, as killed, and comes back with another script.
    pub(crate) fn restart(&mut self, mut script: impl FnMut(&Command) -> Answer + Send + 'static) {
        self.serving.take().unwrap().shutdown_timeout(Duration::from_secs(5));
        {
            let mut shared = self.shared.lock().unwrap();
            shared.doors = HashMap::new();
            shared.script = Box::new(move |command, _| script(command));
            shared.unanswered = |_| false;
        }
        self.serve();
    }

    /// From now on it hears such commands and says nothing to them, until it is restarted.
    pub(crate) fn leaves_unanswered(&self, unanswered: fn(&Command) -> bool) {
        self.shared.lock().unwrap().unanswered = unanswered;
    }

    pub(crate) fn change_snapshot(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.shared.lock().unwrap().snapshot);
    }

    /// Tells every door.
    pub(crate) fn tell(&self, event: &AppEvent) {
        let shared = self.shared.lock().unwrap();
        for outbox in shared.doors.values() {
            let _ = outbox.event(event.clone());
        }
    }

    /// What was asked, without `Status` and `Subscribe`.
    pub(crate) fn asked(&self) -> Vec<Command> {
        let asked = self.shared.lock().unwrap().asked.clone();
        asked
            .into_iter()
            .filter(|command| !matches!(command, Command::Status | Command::Subscribe { .. }))
            .collect()
    }

    pub(crate) fn all_asked(&self) -> Vec<Command> {
        self.shared.lock().unwrap().asked.clone()
    }

    pub(crate) fn wait_until_asked(&self, what: &str, likes: impl Fn(&Command) -> bool) {
        until(SOON, &format!("the command line to ask for {what}"), || self.all_asked().iter().any(&likes));
    }

    /// `landfall` with these words, in this engine's home.
    pub(crate) fn landfall(&self, words: &str) -> Program {
        Program::at(env!("CARGO_BIN_EXE_landfall").as_ref())
            .args(words.split_whitespace())
            .envs(self.home.env())
            .env("TZ", "UTC")
    }

    /// A finished run whose file lies in the reports folder with this content.
    pub(crate) fn finished_run(&self, number: u64, content: &[u8]) -> Run {
        let run = self.run(number, succeeded());
        std::fs::create_dir_all(&run.folder).unwrap();
        std::fs::write(format!("{}/{}", run.folder, run.file), content).unwrap();
        Run { file_state: FileState::Present, ..run }
    }

    pub(crate) fn run(&self, number: u64, state: RunState) -> Run {
        let period = Period {
            from: "2026-10-01".parse().unwrap(),
            to: "2026-10-31".parse().unwrap(),
            requested_to: None,
        };
        let at = |second: i64| jiff::Timestamp::from_second(1_795_000_000 + second).unwrap();
        let ended = state.is_over().then(|| at(4));
        Run {
            number,
            definition: "ticketing-report".to_owned(),
            title: "Ticket sales".to_owned(),
            definition_hash: "00".repeat(32),
            choice: PeriodChoice::PreviousMonth,
            period,
            timezone: "UTC".to_owned(),
            parameters: std::collections::BTreeMap::default(),
            database: DatabaseUsed::Sample,
            folder: self.home.reports().display().to_string(),
            file: format!("ticketing-report-2026-10-01-to-2026-10-31-{number}.xlsx"),
            file_state: FileState::None,
            repeats: None,
            requested_at: at(0),
            steps: vec![
                Step { phase: Phase::Queued, started_at: at(0), ended_at: Some(at(1)) },
                Step { phase: Phase::WritingRows, started_at: at(1), ended_at: ended },
            ],
            state,
        }
    }

    pub(crate) fn path_of(&self, number: u64) -> String {
        let run = self.run(number, RunState::Queued);
        format!("{}/{}", run.folder, run.file)
    }
}

impl Shared {
    fn take(&mut self, from_door: FromDoor) {
        match from_door {
            FromDoor::Opened { door, outbox } => drop(self.doors.insert(door, outbox)),
            FromDoor::Closed { door } => drop(self.doors.remove(&door)),
            FromDoor::ReplaceAsked => {}
            FromDoor::Asked { door, request, command } => {
                let outbox = self.doors[&door].clone();
                self.asked.push(command.clone());
                if (self.unanswered)(&command) {
                    return;
                }
                let mut events = Vec::new();
                let answer = match &command {
                    Command::Status => Ok(Reply::Status(self.snapshot.status.clone())),
                    Command::Subscribe { .. } => Ok(Reply::Done),
                    other => (self.script)(other, &mut events),
                };
                let _ = outbox.answer(request, answer);
                if let Command::Subscribe { .. } = command {
                    events.push(AppEvent::Snapshot(Box::new(self.snapshot.clone())));
                }
                for event in events {
                    let _ = outbox.event(event);
                }
            }
        }
    }
}

pub(crate) fn succeeded() -> RunState {
    RunState::Succeeded {
        ended_at: "2026-11-20T10:00:00Z".parse().unwrap(),
        rows: 84_012,
        bytes: 5_120_000,
        sha256: "ab".repeat(32),
        query_ms: 1500,
    }
}

pub(crate) fn failed(error: ApiError) -> RunState {
    RunState::Failed { ended_at: "2026-11-20T10:00:00Z".parse().unwrap(), rows: 10, error }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer can be a refusal")]
pub(crate) fn accepted(run: Run) -> Answer {
    Ok(Reply::RunAccepted { run: Box::new(run), notes: vec![] })
}

#[expect(clippy::unnecessary_wraps, reason = "an answer can be a refusal")]
pub(crate) fn shown(run: Run) -> Answer {
    Ok(Reply::Run { run: Box::new(run) })
}

/// The answer to what a test does not expect to be asked.
pub(crate) fn unexpected(command: &Command) -> Answer {
    Err(ApiError::new(Code::Internal, format!("the test did not expect {command:?}"), ""))
}
