//! Generators: one process a run, watched from its first line to its last.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use landfall_core::code::{ApiError, Code};
use landfall_core::names;
use landfall_core::progress::{Level, Progress};
use landfall_core::run::Run;
use landfall_core::settings::DatabaseSettings;
use landfall_core::sidecar::Sidecar;
use landfall_core::state::{Event, GeneratorEnd, SampleAddress};
use landfall_report::publish::{self, Recovered};
use secrecy::SecretString;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

use crate::child::{Follower, Gone, WayToEnd};
use crate::engine::{Incoming, now};
use crate::{database, programs};

/// After SIGTERM a generator cancels its query, removes its files and ends. One that has not by then is killed.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// A generator to be started.
pub(crate) struct Start {
    pub(crate) run: Run,
    /// Folder with the definition's files as they were when the run was requested; `None` for the one that
    /// Landfall ships.
    pub(crate) definition: Option<PathBuf>,
    pub(crate) database: DatabaseSettings,
    pub(crate) sample: Option<SampleAddress>,
}

pub(crate) struct Generators {
    incoming: mpsc::Sender<Incoming>,
    /// How to stop those that work.
    working: HashMap<u64, oneshot::Sender<()>>,
}

impl Generators {
    pub(crate) fn new(incoming: mpsc::Sender<Incoming>) -> Self {
        Self { incoming, working: HashMap::new() }
    }

    /// `password` is looked up first where the run needs one: a key store may ask a person, who may stop the run
    /// meanwhile.
    pub(crate) fn start(
        &mut self,
        start: Start,
        password: impl Future<Output = Option<SecretString>> + Send + 'static,
    ) {
        let (stop, stopped) = oneshot::channel();
        self.working.retain(|_, stop| !stop.is_closed());
        self.working.insert(start.run.number, stop);
        tokio::spawn(work(start, password, stopped, self.incoming.clone()));
    }

    pub(crate) fn stop(&mut self, run: u64) {
        if let Some(stop) = self.working.remove(&run) {
            // It has ended by itself if nobody listens.
            let _ = stop.send(());
        }
    }
}

/// The whole life of one generator.
async fn work(
    start: Start,
    password: impl Future<Output = Option<SecretString>>,
    mut stopped: oneshot::Receiver<()>,
    incoming: mpsc::Sender<Incoming>,
) {
    let run = start.run.number;
    let password = if start.sample.is_some() {
        None
    } else {
        tokio::select! {
            password = password => password,
            Ok(()) = &mut stopped => {
                // As a generator ends that is told to stop; this one had not begun.
                let end = GeneratorEnd { exit: Some(143), ..GeneratorEnd::default() };
                return tell(&incoming, Event::GeneratorEnded { run, end, now: now() }).await;
            }
        }
    };
    let mut end = match spawn(&start, password.as_ref()) {
        Ok(child) => follow(child, run, stopped, &incoming).await,
        Err(error) => GeneratorEnd { failure: Some(error), ..GeneratorEnd::default() },
    };
    if password.is_none() && start.sample.is_none() {
        end.failure = end.failure.map(ask_for_password);
    }
    if start.sample.is_none() {
        end.failure = end.failure.map(database::with_settings_hint);
    }
    end.published = recover(&start.run).await;
    tell(&incoming, Event::GeneratorEnded { run, end, now: now() }).await;
}

/// A server that refuses a run without a password wants one.
fn ask_for_password(error: ApiError) -> ApiError {
    if error.code != Code::WrongPassword {
        return error;
    }
    database::password_needed()
}

/// What the generator left in the folder: a published workbook, or nothing once this has returned.
pub(crate) async fn recover(asked: &Run) -> Option<Sidecar> {
    let (run, folder, file) = (asked.number, PathBuf::from(&asked.folder), asked.file.clone());
    // The generator of an engine that was killed may need a moment to notice.
    let deadline = tokio::time::Instant::now() + ENDS_WITHIN;
    let looked = loop {
        let (folder, file) = (folder.clone(), file.clone());
        let looked = tokio::task::spawn_blocking(move || publish::recover(&folder, run, &file)).await;
        if !matches!(looked, Ok(Ok(Recovered::AtWork))) || tokio::time::Instant::now() > deadline {
            break looked;
        }
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    };
    match looked {
        Ok(Ok(Recovered::Published(sidecar))) if sidecar.is_of(asked) => Some(*sidecar),
        Ok(Ok(Recovered::Published(_))) => {
            tracing::warn!(run, "the file of this name is another ledger's");
            None
        }
        Ok(Ok(Recovered::Nothing)) => None,
        Ok(Ok(Recovered::AtWork)) => {
            tracing::error!(run, "a generator that nobody started works on this run");
            None
        }
        Ok(Err(error)) => {
            tracing::error!(run, "what the run left in the folder can't be told: {error}");
            None
        }
        Err(error) => {
            tracing::error!(run, "looking at what the run left failed: {error}");
            None
        }
    }
}

fn spawn(start: &Start, password: Option<&SecretString>) -> Result<Child, ApiError> {
    let program = programs::beside_this_one("ticketing-report")?;
    let mut command = Command::new(&program);
    arguments(&mut command, &start.run, start.definition.as_deref());
    environment(&mut command, start, password);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().map_err(|error| {
        ApiError::new(
            Code::ProgramMissing,
            format!("the report program could not be started: {error}"),
            "Install Landfall again.",
        )
        .about(program.display().to_string())
    })
}

fn arguments(command: &mut Command, run: &Run, definition: Option<&Path>) {
    command
        .args(["--progress", "json", "--owned"])
        .args(["--start-date", &run.period.from.to_string()])
        .args(["--end-date", &run.period.requested_to.unwrap_or(run.period.to).to_string()])
        .args(["--timezone", &run.timezone])
        .args(["--today", &run.asked_on().to_string()])
        .args(["--run", &run.number.to_string()])
        .arg("--output")
        .arg(&run.folder);
    if let Some(definition) = definition {
        command.arg("--definition").arg(definition);
    }
    for (name, value) in &run.parameters {
        command.arg("--param").arg(format!("{name}={value}"));
    }
}

/// Nothing of the engine's own environment decides which database is read.
fn environment(command: &mut Command, start: &Start, password: Option<&SecretString>) {
    for variable in names::DATABASE_VARIABLES {
        command.env_remove(variable);
    }
    let target = match &start.sample {
        Some(address) => database::sample(address),
        None => database::server(&start.database, password.cloned()),
    };
    command.envs(target.environment());
}

/// Listens until the process is gone.
async fn follow(
    child: Child,
    run: u64,
    stopped: oneshot::Receiver<()>,
    incoming: &mpsc::Sender<Incoming>,
) -> GeneratorEnd {
    let mut follower = Follower::new(child, stopped, WayToEnd::Signal { within: ENDS_WITHIN });
    let mut failure = None;
    while let Some(line) = follower.next_line().await {
        hear(&line, run, &mut failure, incoming).await;
    }
    let Gone { status, last_words } = follower.gone().await;
    for message in last_words {
        let said = Progress::Log { level: Level::Warning, message };
        tell(incoming, Event::GeneratorSaid { run, said, now: now() }).await;
    }
    let (exit, signal) = status.as_ref().map_or((None, None), |status| {
        (status.code(), std::os::unix::process::ExitStatusExt::signal(status))
    });
    GeneratorEnd { exit, signal, failure, published: None }
}

async fn hear(line: &str, run: u64, failure: &mut Option<ApiError>, incoming: &mpsc::Sender<Incoming>) {
    let said = match serde_json::from_str::<Progress>(line) {
        Ok(Progress::Failed(error)) => {
            *failure = Some(error);
            return;
        }
        Ok(said) => said,
        Err(_) => Progress::Log { level: Level::Warning, message: line.to_owned() },
    };
    tell(incoming, Event::GeneratorSaid { run, said, now: now() }).await;
}

async fn tell(incoming: &mpsc::Sender<Incoming>, event: Event) {
    // The engine has ended if nobody takes it; the next one finds the run open and looks.
    let _ = incoming.send(Incoming::Event(Box::new(event))).await;
}

/// Removes the unfinished work that dead runs left in `folder`. Runs below `next_run` are this ledger's, and none of
/// them lives when this is called; what others left behind goes when it is a day old.
pub(crate) fn sweep(folder: &Path, next_run: u64, now: SystemTime) {
    const OLD: Duration = Duration::from_hours(24);
    let may_go = |run: u64, changed: SystemTime| {
        (names::FIRST_RUN..next_run).contains(&run) || now.duration_since(changed).is_ok_and(|age| age > OLD)
    };
    match publish::sweep(folder, may_go) {
        Ok(swept) if swept.removed.is_empty() => {}
        Ok(swept) => {
            tracing::info!("unfinished work was removed from {}: {:?}", folder.display(), swept.removed);
        }
        Err(error) => tracing::warn!("unfinished work in {} could not be removed: {error}", folder.display()),
    }
}
