//! A throw-away home for one test: its own HOME, LANDFALL_HOME, runtime folder and reports folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::{self, Signal};
use crate::wait::until;

const PREFIX: &str = "landfall-home-";
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Dropping it kills every process that still runs with this home, then removes the folder.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// A fresh home; the reports folder is not there yet, as for a person who just installed.
    pub fn new() -> Self {
        static SWEPT: Once = Once::new();
        SWEPT.call_once(sweep);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir().expect("a temporary folder");
        for inner in ["home", "data", "run"] {
            let path = folder.path().join(inner);
            fs::create_dir(&path).expect("our own folder");
            fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("our own folder");
        }
        Self { folder }
    }

    /// The folder that holds all of it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The person's home folder, `HOME`.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Landfall's own folder, `LANDFALL_HOME`: ledger, settings, logs, sample database.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `XDG_RUNTIME_DIR`, which holds the control socket.
    pub fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// Where reports go unless told otherwise: `kubernetes-reports` in the home folder. Made by Landfall, not here.
    pub fn reports(&self) -> PathBuf {
        self.path().join("kubernetes-reports")
    }

    /// A scratch folder of the test beside the home, made at the first call.
    pub fn scratch(&self) -> PathBuf {
        let path = self.folder.path().join("scratch");
        fs::create_dir_all(&path).expect("our own folder");
        path
    }

    /// The variables that make a process live here. There is no session bus unless [`crate::keyring`] gives one.
    pub fn env(&self) -> Vec<(String, String)> {
        [("HOME", self.path()), ("LANDFALL_HOME", self.data()), ("XDG_RUNTIME_DIR", self.runtime())]
            .map(|(variable, path)| (variable.to_owned(), path.display().to_string()))
            .to_vec()
    }

    /// Every live process that was started with this home: the engine, a generator, a sample database, a client.
    pub fn processes(&self) -> Vec<u32> {
        process::with_environment("LANDFALL_HOME", &self.data().display().to_string())
    }

    /// The same by what they are, for a failure's text.
    pub fn process_lines(&self) -> Vec<String> {
        let line = |pid| format!("{pid} {}", process::command_line(pid));
        self.processes().into_iter().map(line).collect()
    }

    /// Hidden and half-written files and folders in the reports folder: what a killed run may have left.
    pub fn temporary_files(&self) -> Vec<PathBuf> {
        hidden_in(&self.reports())
    }

    /// Asserts that within the time nothing of Landfall runs and no temporary file is left.
    pub fn assert_nothing_left(&self, within: Duration) {
        until(within, "every process of this home to end", || self.processes().is_empty());
        let left = self.temporary_files();
        assert!(left.is_empty(), "temporary files are left: {left:?}");
    }

    /// Kills (SIGKILL) everything that runs with this home and waits until it is gone.
    pub fn kill_all(&self) {
        kill_all(&self.data());
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.kill_all();
    }
}

fn kill_all(data: &Path) {
    let data = data.display().to_string();
    // Again until none: one that was being started while we looked comes up a moment later.
    until(ENDS_WITHIN, "killed processes to be gone", || {
        let left = process::with_environment("LANDFALL_HOME", &data);
        for &pid in &left {
            process::signal(pid, Signal::KILL);
        }
        left.is_empty()
    });
}

fn hidden_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with('.') || name.ends_with(".part")
        })
        .collect()
}

/// Homes of test processes that were killed: what runs there and the folder.
fn sweep() {
    let folders = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for folder in folders {
        let name = folder.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
        if owner.is_some_and(|owner| !process::is_alive(owner)) {
            kill_all(&folder.path().join("data"));
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}
