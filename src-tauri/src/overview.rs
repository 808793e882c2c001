//! What the shell remembers of the engine's events: enough for the tray, for notifications and for quitting. The page
//! gets the events themselves.

#[cfg(test)]
#[path = "overview_tests.rs"]
mod tests;

use std::collections::BTreeMap;

use landfall_core::announcement::Announcement;
use landfall_core::api::{AppEvent, FolderState, FolderStatus, Snapshot};
use landfall_core::library::ReportId;
use landfall_core::run::{Run, RunState};
use landfall_core::settings::Settings;

/// What the icon of the tray says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrayState {
    Idle,
    Running { reports: usize },
    New { reports: u64 },
    Trouble(Trouble),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Engine,
    Folder,
    Run,
}

/// What a person is to hear of, once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tell {
    Finished(Announcement),
    Digest(Vec<Announcement>),
    Failed(Box<Run>),
    FolderLost { folder: String },
}

/// What the events so far come to.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    settings: Settings,
    connected: bool,
    /// The engine could not be started.
    unreachable: bool,
    live: BTreeMap<u64, Run>,
    unseen: u64,
    folders: Vec<FolderStatus>,
    /// The last run failed, and nobody has looked since.
    failed: Option<u64>,
    window_in_front: bool,
    /// The last announcement that was presented.
    presented: Option<i64>,
}

impl Overview {
    /// Takes in an event of the engine; gives what a person is to hear because of it.
    pub(crate) fn take(&mut self, event: &AppEvent) -> Vec<Tell> {
        match event {
            AppEvent::Snapshot(snapshot) => self.start(snapshot),
            AppEvent::RunChanged(run) => self.run_changed(run).into_iter().collect(),
            AppEvent::Announced(announcement) => {
                let new = self.present(announcement);
                new.then(|| Tell::Finished((**announcement).clone())).into_iter().collect()
            }
            AppEvent::AnnouncedDigest(announcements) => {
                // All are compared with what was presented before the first of them.
                let before = self.presented;
                let new: Vec<Announcement> = announcements
                    .iter()
                    .filter(|announcement| before.is_none_or(|last| announcement.number > last))
                    .cloned()
                    .collect();
                for announcement in &new {
                    self.present(announcement);
                }
                if new.is_empty() { vec![] } else { vec![Tell::Digest(new)] }
            }
            AppEvent::LibraryChanged { totals, .. } => {
                self.unseen = totals.unseen;
                vec![]
            }
            AppEvent::FolderChanged(folder) => self.folder_changed(folder).into_iter().collect(),
            AppEvent::SettingsChanged { settings, .. } => {
                self.settings = (**settings).clone();
                vec![]
            }
            AppEvent::RunLogged { .. }
            | AppEvent::FileRemoved { .. }
            | AppEvent::FileBroken { .. }
            | AppEvent::SampleChanged(_)
            | AppEvent::TaskChanged(_)
            | AppEvent::Stopping { .. }
            | AppEvent::Desktop(_) => vec![],
        }
    }

    /// A snapshot comes at the start and after every engine that died. What ended in between is told as if it had been
    /// heard of.
    fn start(&mut self, snapshot: &Snapshot) -> Vec<Tell> {
        self.connected = true;
        self.unreachable = false;
        self.settings = snapshot.settings.clone();
        self.unseen = snapshot.library.unseen;
        // A ledger that began anew counts from 1 again.
        let last = snapshot.last_announcement;
        self.presented = Some(self.presented.map_or(last, |presented| presented.min(last)));
        let mut tell: Vec<Tell> = Vec::new();
        // Oldest first.
        for run in snapshot.recent.iter().rev() {
            tell.extend(self.run_changed(run));
        }
        self.live = snapshot.live.iter().map(|run| (run.number, run.clone())).collect();
        let gone =
            |known: &FolderStatus| snapshot.status.folders.iter().all(|now| now.folder != known.folder);
        self.folders.retain(|known| !gone(known));
        for folder in &snapshot.status.folders {
            tell.extend(self.folder_changed(folder));
        }
        tell
    }

    fn run_changed(&mut self, run: &Run) -> Option<Tell> {
        if !run.state.is_over() {
            self.live.insert(run.number, run.clone());
            return None;
        }
        // A run that nobody saw alive is old.
        self.live.remove(&run.number)?;
        let failed = matches!(run.state, RunState::Failed { .. });
        self.failed = (failed && !self.window_in_front).then_some(run.number);
        failed.then(|| Tell::Failed(Box::new(run.clone())))
    }

    fn folder_changed(&mut self, folder: &FolderStatus) -> Option<Tell> {
        let known = self.folders.iter().position(|known| known.folder == folder.folder);
        let before = known.map(|index| self.folders.swap_remove(index));
        let was_lost = before.is_some_and(|before| is_lost(&before));
        self.folders.push(folder.clone());
        (is_lost(folder) && !was_lost).then(|| Tell::FolderLost { folder: folder.folder.clone() })
    }

    /// Whether it is new; what is sent again after a restart of the engine is not.
    fn present(&mut self, announcement: &Announcement) -> bool {
        let new = self.presented.is_none_or(|last| announcement.number > last);
        self.presented = self.presented.max(Some(announcement.number));
        new
    }

    /// The engine ended; another one is being started.
    pub(crate) fn engine_lost(&mut self) {
        self.connected = false;
    }

    /// The engine can't be started.
    pub(crate) fn engine_unreachable(&mut self) {
        self.connected = false;
        self.unreachable = true;
    }

    /// Started over: there is nothing to remember.
    pub(crate) fn forget(&mut self) {
        *self = Self { window_in_front: self.window_in_front, ..Self::default() };
    }

    /// The window came to the front or went to the back. Who looks at it sees that a run failed.
    pub(crate) fn window_focused(&mut self, focused: bool) {
        self.window_in_front = focused;
        if focused {
            self.failed = None;
        }
    }

    /// A person has seen these.
    pub(crate) fn seen(&mut self, ids: &[ReportId]) {
        if self.failed.is_some_and(|run| ids.contains(&ReportId::Run(run))) {
            self.failed = None;
        }
    }

    /// Trouble that lasts comes first, then work, then trouble that is over.
    pub(crate) fn tray(&self) -> TrayState {
        if self.unreachable {
            TrayState::Trouble(Trouble::Engine)
        } else if self.folders.iter().any(is_lost) {
            TrayState::Trouble(Trouble::Folder)
        } else if !self.live.is_empty() {
            TrayState::Running { reports: self.live.len() }
        } else if self.failed.is_some() {
            TrayState::Trouble(Trouble::Run)
        } else if self.unseen > 0 {
            TrayState::New { reports: self.unseen }
        } else {
            TrayState::Idle
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs that are live as far as is known, while the engine answers.
    pub(crate) fn live_runs(&self) -> Vec<u64> {
        if self.connected { self.live.keys().copied().collect() } else { Vec::new() }
    }

    /// The last announcement that was presented.
    pub(crate) fn presented(&self) -> Option<i64> {
        self.presented
    }
}

fn is_lost(folder: &FolderStatus) -> bool {
    matches!(folder.state, FolderState::Lost { .. })
}
