//! Words for the tests: a data folder, the running program, a connection to it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use landfall_database::sample_events::SampleEvent;
use landfall_tests::process::{self, Signal};
use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_landfall-sampledb");
pub(crate) const TODAY: &str = "2026-11-22";
/// Generous, as other tests share the processors; a wedge lasts for ever.
pub(crate) const DEADLINE: Duration = Duration::from_mins(2);

/// A folder for `--data`, gone with its value.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    /// Nothing in it: a first start unpacks PostgreSQL and fills the window.
    pub(crate) fn empty() -> Folder {
        Folder { folder: TempDir::with_prefix("landfall-sample-").unwrap() }
    }

    /// With the full window in it: filled once, copied for each test.
    pub(crate) fn filled() -> Folder {
        static FILLED: OnceLock<File> = OnceLock::new();
        let original = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sampledb-filled");
        FILLED.get_or_init(|| {
            // Held until this process ends: another run of these tests waits.
            let lock = File::create(original.with_extension("lock")).unwrap();
            lock.lock().unwrap();
            let _ = fs::remove_dir_all(&original);
            Sampledb::start_at(&original).stop();
            lock
        });
        let copy = Folder::empty();
        fs::create_dir(copy.path()).unwrap();
        copy_into(&["-a"], &[&original.join("database"), &original.join("filled")], &copy.path());
        // Program files are only ever replaced, so links do.
        copy_into(&["-al"], &[&original.join("cache")], &copy.path());
        copy
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("data with space")
    }

    /// Processes that work on this folder, outer and inner.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let path = self.path();
        let wanted = path.to_str().unwrap();
        let mut pids = process::named("landfall-sampledb");
        pids.extend(process::named("exe"));
        pids.retain(|pid| process::command_line(*pid).contains(wanted));
        pids
    }

    /// The inner process.
    pub(crate) fn backend(&self) -> u32 {
        let inner = |pid: &u32| process::command_line(*pid).contains("--backend");
        self.processes().into_iter().find(inner).expect("PostgreSQL runs")
    }
}

fn copy_into(options: &[&str], from: &[&Path], to: &Path) {
    let copied = Command::new("cp").args(options).args(from).arg(to).status().unwrap();
    assert!(copied.success());
}

/// The running program; killed when dropped.
#[derive(Debug)]
pub(crate) struct Sampledb {
    child: Child,
    input: Option<ChildStdin>,
    events: Receiver<SampleEvent>,
    pub(crate) seen: Vec<SampleEvent>,
}

pub(crate) fn command(folder: &Folder) -> Command {
    command_on(&folder.path(), TODAY)
}

pub(crate) fn command_on(data: &Path, today: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--data").arg(data).args(["--today", today]);
    command
}

impl Sampledb {
    /// Starts it as the engine does and waits until it serves.
    pub(crate) fn start(folder: &Folder) -> Sampledb {
        Sampledb::start_at(&folder.path())
    }

    fn start_at(data: &Path) -> Sampledb {
        let mut sampledb = Sampledb::spawn(command_on(data, TODAY).arg("--owned"));
        sampledb.wait_for(|event| matches!(event, SampleEvent::Ready { .. }));
        sampledb
    }

    pub(crate) fn spawn(command: &mut Command) -> Sampledb {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let (sender, events) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect("every line is an event"));
            }
        });
        Sampledb { input: child.stdin.take(), child, events, seen: Vec::new() }
    }

    /// Reads events until one fits.
    pub(crate) fn wait_for(&mut self, fits: impl Fn(&SampleEvent) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !self.seen.last().is_some_and(&fits) {
            let rest = deadline.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(rest);
            self.seen.push(event.unwrap_or_else(|_| panic!("no such event after {:?}", self.seen)));
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn rebuilt(&self) -> bool {
        self.seen.iter().any(|event| matches!(event, SampleEvent::Rebuilding { .. }))
    }

    pub(crate) fn filled_days(&self) -> bool {
        self.seen.iter().any(|event| matches!(event, SampleEvent::Filling { .. }))
    }

    /// A connection to the address it named.
    pub(crate) async fn connect(&self) -> Client {
        self.try_connect().await.expect("it accepts connections")
    }

    pub(crate) async fn try_connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = tokio::time::timeout(DEADLINE, self.config().connect(NoTls))
            .await
            .expect("it answers before the deadline")?;
        tokio::spawn(connection);
        Ok(client)
    }

    pub(crate) fn config(&self) -> Config {
        let Some(SampleEvent::Ready { host, port, user, database, password: None }) = self.seen.last() else {
            panic!("not ready: {:?}", self.seen);
        };
        let mut config = Config::new();
        config.host(host).port(*port).user(user).dbname(database);
        config
    }

    pub(crate) fn signal(&self, signal: Signal) {
        process::signal(self.pid(), signal);
    }

    /// Ends its standard input, as an owner that goes does; the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        drop(self.input.take());
        self.exit_code()
    }

    /// Waits until it ends by itself; none when a signal ended it.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        landfall_tests::eventually(DEADLINE, "the end of landfall-sampledb", || {
            self.child.try_wait().unwrap()
        })
        .code()
    }
}

impl Drop for Sampledb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A number that the whole window gives, to see whether all rows are there.
pub(crate) async fn checksum(client: &Client) -> String {
    let query = "SELECT count(*) || ' ' || sum(fare) || ' ' || (SELECT count(*) FROM payments) FROM tickets";
    client.query_one(query, &[]).await.unwrap().get(0)
}
