//! A program that ends when the test's process does, however that ends.
//!
//! Statics are never dropped and a killed test runs no code, so a fixture can't rely on `Drop`. A small keeper
//! (`tests/leash/leash.py`) holds the program and watches a pipe that the kernel closes for us.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::{process, program, repository};

/// What to start, and what to do at its end.
#[derive(Debug)]
pub struct Leashed {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    cleared: Vec<OsString>,
    keeper: Vec<OsString>,
    log: PathBuf,
}

/// The running program. Dropping it ends the program and removes its folders before it returns.
#[derive(Debug)]
pub struct Leash {
    keeper: Child,
    pipe: Option<ChildStdin>,
    pid: u32,
    log: PathBuf,
}

impl Leashed {
    /// A program whose output goes to the file `log`.
    pub fn program(program: impl AsRef<OsStr>, log: &Path) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            cleared: Vec::new(),
            keeper: Vec::new(),
            log: log.to_path_buf(),
        }
    }

    /// Arguments of the program.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Variables of the program, on top of ours.
    #[must_use]
    pub fn envs<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let owned =
            variables.into_iter().map(|(key, value)| (key.as_ref().to_owned(), value.as_ref().to_owned()));
        self.environment.extend(owned);
        self
    }

    /// A variable of ours that the program must not see.
    #[must_use]
    pub fn env_remove(mut self, variable: &str) -> Self {
        self.cleared.push(variable.into());
        self
    }

    /// Runs the program as another user; only root can.
    #[must_use]
    pub fn user(self, uid: u32, gid: u32) -> Self {
        self.keeper_option("--uid", uid.to_string()).keeper_option("--gid", gid.to_string())
    }

    /// Text for its standard input, which then ends.
    #[must_use]
    pub fn input(self, text: &str) -> Self {
        self.keeper_option("--input", text)
    }

    /// The signal that ends it well, without `SIG`; TERM unless told.
    #[must_use]
    pub fn ended_by(self, signal: &str) -> Self {
        self.keeper_option("--signal", signal)
    }

    /// A folder to remove after its end.
    #[must_use]
    pub fn removing(self, folder: &Path) -> Self {
        self.keeper_option("--remove", folder)
    }

    /// Kills, after its end, every process whose environment has this variable with this value.
    #[must_use]
    pub fn sweeping(self, variable: &str, value: &Path) -> Self {
        self.keeper_option("--sweep", format!("{variable}={}", value.display()))
    }

    /// It sees of our environment only what [`crate::program::Program`]s see.
    #[must_use]
    pub fn in_a_small_environment(mut self) -> Self {
        let kept = |name: &OsStr| program::KEPT.iter().any(|kept| *kept == name);
        self.cleared.extend(std::env::vars_os().map(|(name, _)| name).filter(|name| !kept(name)));
        self
    }

    /// Starts it.
    pub fn start(self) -> Leash {
        let mut command = Command::new("python3");
        command.arg(repository::file("tests/leash/leash.py")).args(&self.keeper);
        command.arg("--log").arg(&self.log).arg("--").arg(&self.program).args(&self.arguments);
        for variable in &self.cleared {
            command.env_remove(variable);
        }
        // The keeper outlives a killed test, so it must hold neither its folder nor its output.
        command.envs(self.environment).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("python3 runs (Debian: apt-get install python3)");
        let mut lines = BufReader::new(keeper.stdout.take().expect("piped")).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        let Some(pid) = first.strip_prefix("pid ").and_then(|pid| pid.parse().ok()) else {
            panic!("{} didn't start: {}", self.program.display(), read_log(&self.log));
        };
        Leash { pipe: keeper.stdin.take(), keeper, pid, log: self.log }
    }

    fn keeper_option(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.keeper.push(name.into());
        self.keeper.push(value.as_ref().to_owned());
        self
    }
}

impl Leash {
    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The keeper's process.
    pub fn keeper_pid(&self) -> u32 {
        self.keeper.id()
    }

    /// True until the program ended by itself.
    pub fn is_running(&self) -> bool {
        process::is_alive(self.pid)
    }

    /// What the program has written so far.
    pub fn log(&self) -> String {
        read_log(&self.log)
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.keeper.wait();
    }
}

fn read_log(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}
