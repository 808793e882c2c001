//! The words in which journeys are told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use landfall_tests::home::Home;
use landfall_tests::leash::{Leash, Leashed};
use landfall_tests::process::{self, Signal};
use landfall_tests::program::{Finished, Program, Running};
use landfall_tests::until;
use serde_json::Value;

/// The engine is gone this long after the last door left, with some room for a busy machine.
pub(crate) const ENGINE_GONE_WITHIN: Duration = Duration::from_secs(25);

/// Any one command, on a busy machine, with a cold sample database.
pub(crate) const COMMAND_WITHIN: Duration = Duration::from_mins(2);

/// A computer with Landfall on it, and nobody else's data.
pub(crate) struct Computer {
    pub(crate) home: Home,
    environment: Vec<(String, String)>,
}

impl Computer {
    /// As after the installation: nothing was ever started.
    pub(crate) fn fresh() -> Self {
        Self { home: Home::new(), environment: Vec::new() }
    }

    /// The sample database has been filled once, so that runs begin at once.
    pub(crate) fn with_sample() -> Self {
        let computer = Self::fresh();
        copy(filled_sample(), &computer.home.data().join("sample"));
        computer
    }

    #[must_use]
    pub(crate) fn with_environment(mut self, variables: Vec<(String, String)>) -> Self {
        self.environment.extend(variables);
        self
    }

    /// `landfall ARGUMENTS`, to be run or spawned.
    pub(crate) fn landfall(&self, arguments: &str) -> Program {
        Program::named("landfall")
            .args(arguments.split_whitespace())
            .envs(self.home.env())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
    }

    pub(crate) fn runs(&self, arguments: &str) -> Finished {
        self.landfall(arguments).run(COMMAND_WITHIN)
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn succeeds(&self, arguments: &str) -> String {
        let finished = self.runs(arguments);
        assert_eq!(finished.code(), 0, "{finished}");
        finished.stdout
    }

    /// The same with `--json`.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        let text = self.succeeds(&format!("{arguments} --json"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments}: {error}: {text}"))
    }

    /// Starts a command and leaves it running.
    pub(crate) fn starts(&self, arguments: &str) -> Running {
        self.landfall(arguments).spawn()
    }

    /// The run of that number as the ledger has it.
    pub(crate) fn run(&self, number: u64) -> Value {
        self.json(&format!("report show {number}"))["run"].take()
    }

    /// Makes a report, which must succeed, and gives its run.
    pub(crate) fn makes(&self, arguments: &str) -> Value {
        self.json(arguments)["run"].take()
    }

    /// All runs, newest first.
    pub(crate) fn list(&self) -> Vec<Value> {
        let listed = self.json("report list");
        listed["runs"].as_array().cloned().unwrap_or_default()
    }

    /// Pids of the processes of this home whose program has that name.
    pub(crate) fn processes(&self, program: &str) -> Vec<u32> {
        let of_program = process::named(program);
        self.home.processes().into_iter().filter(|pid| of_program.contains(pid)).collect()
    }

    /// The engine: the `landfall` whose one argument is `engine`.
    pub(crate) fn engines(&self) -> Vec<u32> {
        let is_engine = |pid: &u32| process::command_line(*pid).ends_with(" engine");
        self.processes("landfall").into_iter().filter(is_engine).collect()
    }

    /// One engine and no more. Doors that open at once each start one; all but the first see the lock and go.
    pub(crate) fn has_one_engine(&self) {
        until(Duration::from_secs(10), "exactly one engine", || self.engines().len() == 1);
    }

    /// Ends the engine that runs now, and waits for that one only: a door that is still open starts the next at once.
    pub(crate) fn kill_engine(&self) {
        let victims = self.engines();
        for pid in &victims {
            process::signal(*pid, Signal::KILL);
        }
        until(Duration::from_secs(10), "the engine to be gone", || {
            self.engines().iter().all(|pid| !victims.contains(pid))
        });
    }

    /// Finished workbooks in the reports folder, by name.
    pub(crate) fn workbooks(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.reports()).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut found: Vec<String> = names
            .filter(|name| name.strip_suffix(".xlsx").is_some_and(|stem| !stem.starts_with('.')))
            .collect();
        found.sort();
        found
    }

    /// Nothing of Landfall runs and no temporary file is left, once the engine had time to go.
    pub(crate) fn comes_to_rest(&self) {
        self.home.assert_nothing_left(ENGINE_GONE_WITHIN);
    }
}

/// A sample database that was filled once for all journeys of this process.
fn filled_sample() -> &'static Path {
    static FILLED: OnceLock<(Home, Leash, PathBuf)> = OnceLock::new();
    let (_, _, folder) = FILLED.get_or_init(|| {
        let computer = Computer::fresh();
        computer.succeeds("db test");
        computer.succeeds("engine stop");
        until(ENGINE_GONE_WITHIN, "the sample database to be stopped", || {
            computer.home.processes().is_empty()
        });
        // A static is never dropped, so a leash removes the folder when this process is gone.
        let home = computer.home;
        let keeper = Leashed::program("sleep", &home.scratch().join("sleep.log"));
        let keeper = keeper.args(["infinity"]).removing(home.folder()).start();
        let folder = home.data().join("sample");
        (home, keeper, folder)
    });
    folder
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp starts");
    assert!(status.success(), "copying the sample database failed");
}

/// A minimal workbook, as another program would write it.
pub(crate) fn some_workbook(text: &str) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().write_string(0, 0, text).expect("one cell fits");
    workbook.save_to_buffer().expect("memory suffices")
}

/// Puts a file where readers see it at once and whole.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let part = folder.join(format!(".{name}.new"));
    fs::write(&part, bytes).expect("our own folder");
    fs::rename(&part, folder.join(name)).expect("our own folder");
}
