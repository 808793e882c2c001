//! The inner process, seen from the outer one.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::directory::Directory;
use crate::error::Error;

/// The one role that exists; there is no password, as everything that reaches 127.0.0.1 may read sample rows.
pub(crate) const USER: &str = "postgres";
pub(crate) const DATABASE: &str = "traindb";

/// How the inner process begins its one line: the address follows.
pub(crate) const LISTENING: &str = "listening ";
/// How the inner process begins its one line: the reason follows.
pub(crate) const FAILED: &str = "failed ";

/// The first start unpacks 100 MB, which takes seconds on a slow disk.
const START_DEADLINE: Duration = Duration::from_mins(2);

/// What the two processes speak through. Over TCP, pglite-oxide's answers in several small packets cost 40 ms each.
#[cfg(unix)]
pub(crate) type Channel = tokio::net::UnixStream;
#[cfg(not(unix))]
pub(crate) type Channel = tokio::net::TcpStream;

/// A running PostgreSQL. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    directory: Directory,
    child: Child,
    address: String,
}

impl Postgres {
    pub(crate) async fn start(directory: &Directory) -> Result<Postgres, Error> {
        let (child, address) = spawn(directory).await?;
        Ok(Postgres { directory: directory.clone(), child, address })
    }

    /// Ends the process, with whatever it is doing, and starts another. PostgreSQL rolls back what was not committed.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        self.child.kill().await.map_err(Error::StopPostgres)?;
        (self.child, self.address) = spawn(&self.directory).await?;
        Ok(())
    }

    /// A connection to it, after a restart if it died or stopped listening.
    pub(crate) async fn connect(&mut self) -> Result<Channel, Error> {
        if let Ok(channel) = Channel::connect(&self.address).await {
            return Ok(channel);
        }
        self.restart().await?;
        Channel::connect(&self.address).await.map_err(Error::ReachPostgres)
    }
}

async fn spawn(directory: &Directory) -> Result<(Child, String), Error> {
    // The program may have been replaced since it was started; the kernel still knows the right one.
    let program = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().map_err(Error::StartPostgres)?
    };
    let mut child = Command::new(program)
        .arg("--backend")
        .arg("--data")
        .arg(directory.root())
        .current_dir(directory.root())
        // pglite-oxide keeps its program files in the user's cache folder, which on Linux this variable names.
        .env("XDG_CACHE_HOME", directory.cache())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::StartPostgres)?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        timeout(START_DEADLINE, BufReader::new(output).read_line(&mut line))
            .await
            .map_err(|_| Error::WaitForPostgres { seconds: START_DEADLINE.as_secs() })?
            .map_err(Error::StartPostgres)?;
    }
    match line.trim_end().strip_prefix(LISTENING) {
        Some(address) => Ok((child, address.to_owned())),
        None => Err(Error::PostgresFailed {
            reason: line.trim_end().strip_prefix(FAILED).unwrap_or("it ended without a word").to_owned(),
        }),
    }
}
