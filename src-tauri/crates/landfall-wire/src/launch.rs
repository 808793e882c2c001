//! Starting the engine when none answers.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use landfall_core::names::DATABASE_VARIABLES;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::door::{Door, Met, meet};
use crate::error::WireError;
use crate::frame::Hello;
use crate::places::Places;

/// The engine has opened its ledger and listens within this time, also on a slow disk.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(25);
const LOG_END_LINES: usize = 12;
/// An engine that is killed from outside while it starts is started again this often.
const MOST_KILLED: u32 = 3;

/// What the first door happens to have in its environment must not decide what the engine does for all of them,
/// and a password has no place in the environment of a process that stays.
const NOT_FOR_THE_ENGINE: [&str; 2] = ["LANDFALL_DB_PASSWORD", "PGPASSWORD"];

/// How the engine is started.
#[derive(Debug, Clone)]
pub struct Launch {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// Beside what is inherited.
    pub environment: Vec<(OsString, OsString)>,
    /// How long it may take until the engine answers; 15 s unless a test is in a hurry.
    pub answers_within: Duration,
}

impl Launch {
    /// `landfall engine`, by the path of the program.
    pub fn engine_of(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: vec!["engine".into()],
            environment: Vec::new(),
            answers_within: ANSWERS_WITHIN,
        }
    }

    /// `landfall engine`, where `landfall` is the program that runs now.
    pub fn this_program() -> Result<Self, WireError> {
        std::env::current_exe()
            .map(Self::engine_of)
            .map_err(|source| WireError::Start { program: "landfall".into(), source })
    }

    /// Starts it on its own: no terminal, its own process group, so that Ctrl+C reaches only the door.
    fn start(&self, places: &Places) -> Result<Child, WireError> {
        let failed = |source| WireError::Start { program: self.program.clone(), source };
        let log = places.start_log();
        let errors = File::create(&log).map_err(failed)?;
        let mut command = std::process::Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        command.current_dir(&places.data);
        for name in DATABASE_VARIABLES.into_iter().chain(NOT_FOR_THE_ENGINE) {
            command.env_remove(name);
        }
        if places.chosen {
            command.env("LANDFALL_HOME", &places.data);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        detach(&mut command);
        // tokio reaps it when it ends, however long this door lives.
        Command::from(command).spawn().map_err(failed)
    }
}

#[cfg(unix)]
fn detach(command: &mut std::process::Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn detach(command: &mut std::process::Command) {
    const DETACHED_PROCESS: u32 = 0x0000_0008;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    std::os::windows::process::CommandExt::creation_flags(
        command,
        DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP,
    );
}

pub(crate) async fn connect_or_start(
    places: &Places,
    launch: &Launch,
    hello: Hello,
) -> Result<Door, WireError> {
    let deadline = Instant::now() + launch.answers_within;
    let mut search = Search { places, hello, replaced: None };
    if let Some(door) = search.look().await? {
        return Ok(door);
    }
    places.make()?;
    let file = open_lock(&places.start_lock())?;
    let mut child: Option<Child> = None;
    let mut starting = false;
    let mut killed = 0;
    loop {
        if let Some(door) = search.look().await? {
            return Ok(door);
        }
        // One door starts, the others look on. If that door dies, its lock goes to another.
        starting = starting || try_lock(&file, &places.start_lock())?;
        if starting {
            match child.as_mut().map(Child::try_wait) {
                // An engine that is starting or ending holds its lock; another would only end at once.
                None if !is_locked(&places.lock) => {
                    // Starting over, for which this door may have waited, removes folders.
                    places.make()?;
                    child = Some(launch.start(places)?);
                }
                // It found another one, which may be ending.
                Some(Ok(Some(status))) if status.success() || is_locked(&places.lock) => child = None,
                // Somebody killed it; that says nothing about the next one.
                Some(Ok(Some(status))) if status.code().is_none() && killed < MOST_KILLED => {
                    killed += 1;
                    child = None;
                }
                Some(Ok(Some(status))) => {
                    let (log, log_end) = log_end(places);
                    return Err(WireError::EndedAtOnce { status: status.to_string(), log, log_end });
                }
                None | Some(_) => {}
            }
        }
        if Instant::now() >= deadline {
            return Err(search.none_answered(launch.answers_within));
        }
        sleep(LOOK_AGAIN_AFTER).await;
    }
}

struct Search<'a> {
    places: &'a Places,
    hello: Hello,
    /// The version of the engine that agreed to end.
    replaced: Option<String>,
}

impl Search<'_> {
    /// `None` while no engine answers that we could talk to.
    async fn look(&mut self) -> Result<Option<Door>, WireError> {
        let other = match meet(self.places, &self.hello).await {
            Ok(Met::Door(door)) => return Ok(Some(door)),
            Ok(Met::Other(other)) => other,
            // It may be ending at this moment.
            Err(WireError::Connect { .. } | WireError::Lost) => return Ok(None),
            Err(error) => return Err(error),
        };
        match other.make_room(&self.hello).await {
            Ok(version) => self.replaced = Some(version),
            Err(WireError::Lost) => {}
            Err(error) => return Err(error),
        }
        Ok(None)
    }

    fn none_answered(self, within: Duration) -> WireError {
        if let Some(version) = self.replaced {
            return WireError::NotReplaced { version, within };
        }
        let (log, log_end) = log_end(self.places);
        WireError::NoAnswer { within, log, log_end }
    }
}

fn open_lock(path: &Path) -> Result<File, WireError> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| WireError::StartLock { path: path.to_path_buf(), source })
}

/// The lock goes with the file, so also when this process is killed.
fn try_lock(file: &File, path: &Path) -> Result<bool, WireError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(WireError::StartLock { path: path.to_path_buf(), source }),
    }
}

/// Whether an engine holds the lock of its data folder.
fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// The last words of the engine: what it wrote to its standard error, else the end of its newest log.
fn log_end(places: &Places) -> (PathBuf, String) {
    let start = places.start_log();
    let candidates = [Some(start.clone()), newest_log(&places.logs)];
    for path in candidates.into_iter().flatten() {
        if let Ok(end) = last_lines(&path)
            && !end.is_empty()
        {
            return (path, end);
        }
    }
    (start, String::new())
}

fn newest_log(folder: &Path) -> Option<PathBuf> {
    let changed = |path: &PathBuf| {
        fs::metadata(path).and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_file()).max_by_key(changed)
}

fn last_lines(path: &Path) -> io::Result<String> {
    let bytes = fs::read(path)?;
    let tail = &bytes[bytes.len().saturating_sub(8 * 1024)..];
    let text = String::from_utf8_lossy(tail);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    Ok(lines[lines.len().saturating_sub(LOG_END_LINES)..].join("\n"))
}
