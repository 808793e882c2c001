//! The built programs as a person starts them: arguments, a small environment, a deadline, what they said.

mod running;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

pub use running::{Finished, Running};

use crate::repository;

/// What a program gets of our environment; the rest, the developer's own `DB_*` above all, would decide tests.
pub(crate) const KEPT: [&str; 6] =
    ["PATH", "TMPDIR", "LANDFALL_CACHE", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "USER"];

/// A program to start.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    input: Option<Vec<u8>>,
    terminal: bool,
}

impl Program {
    /// One of our binaries by name: `landfall`, `ticketing-report`, `landfall-sampledb`.
    pub fn named(name: &str) -> Self {
        Self::at(&binary(name))
    }

    /// Any program by path.
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            input: None,
            terminal: false,
        }
    }

    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    #[must_use]
    pub fn env(mut self, variable: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((variable.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    #[must_use]
    pub fn envs<K: AsRef<OsStr>, V: AsRef<OsStr>>(self, variables: impl IntoIterator<Item = (K, V)>) -> Self {
        variables.into_iter().fold(self, |program, (variable, value)| program.env(variable, value))
    }

    /// The folder it runs in; the checkout's top otherwise.
    #[must_use]
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_path_buf());
        self
    }

    /// Its whole standard input; empty otherwise.
    #[must_use]
    pub fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input = Some(bytes.as_ref().to_owned());
        self
    }

    /// Runs on a terminal of 100 columns: all its output comes as `stdout`, `Running::type_text` is the keyboard.
    #[must_use]
    pub fn on_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it isn't done in time; it is killed then, and what it said so far is in the text.
    pub fn run(self, within: Duration) -> Finished {
        self.spawn().wait(within)
    }

    /// Starts it.
    pub fn spawn(self) -> Running {
        let mut command = if self.terminal {
            let mut command = Command::new("python3");
            command.arg(repository::file("tests/leash/terminal.py")).arg(&self.path);
            command
        } else {
            Command::new(&self.path)
        };
        command.args(&self.arguments).env_clear();
        command.envs(KEPT.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        command.env("LANG", "C.UTF-8").envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.unwrap_or_else(repository::root));
        let piped = self.terminal || self.input.is_some();
        command.stdin(if piped { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let words: Vec<String> = std::iter::once(self.path.display().to_string())
            .chain(self.arguments.iter().map(|argument| argument.display().to_string()))
            .collect();
        let child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", words.join(" ")));
        Running::new(child, words.join(" "), self.input)
    }
}

/// The path of one of our binaries: in `LANDFALL_TEST_BIN_DIR`, else in the profile folder this test was built into.
///
/// # Panics
/// When it isn't built, with the command that builds it.
pub fn binary(name: &str) -> PathBuf {
    let folder = env::var_os("LANDFALL_TEST_BIN_DIR").map_or_else(profile_folder, PathBuf::from);
    let path = folder.join(name);
    assert!(
        path.is_file(),
        "{} isn't built; `cargo xtask test` builds everything, by hand it is `cargo build --bin {name}`",
        path.display()
    );
    path
}

/// `target/debug` of `target/debug/deps/it-0123456789abcdef`.
fn profile_folder() -> PathBuf {
    let test = env::current_exe().expect("the test has a path");
    test.parent().and_then(Path::parent).expect("cargo puts tests two folders deep").to_path_buf()
}
