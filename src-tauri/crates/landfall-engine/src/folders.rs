//! The watched folders: one watch each, its facts joined with what the ledger knows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use landfall_core::announcement::{FileStamp, Sighting};
use landfall_core::api::FolderState;
use landfall_core::settings::WatchMode;
use landfall_core::state::{Event, FolderSaid, SightedFile};
use landfall_store::NewFile;
use landfall_watch::{ActiveMode, KnownFile, Mode, Observation, Options, ReadyFile, Stamp};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::engine::{Engine, Incoming, now};

/// Facts that are judged and recorded together, so that a burst costs a few transactions.
const BATCH: usize = 500;

/// What a watch has seen, in order.
pub(crate) struct FromFolder {
    folder: PathBuf,
    observations: Vec<Observation>,
    /// Told once the observations before it have been judged.
    scanned: Vec<oneshot::Sender<()>>,
}

/// One watch and the settings it was begun with.
struct Watched {
    recursive: bool,
    mode: WatchMode,
    rescans: mpsc::UnboundedSender<Option<oneshot::Sender<()>>>,
    task: JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) struct Folders {
    incoming: mpsc::Sender<Incoming>,
    watched: BTreeMap<PathBuf, Watched>,
}

impl Folders {
    pub(crate) fn new(incoming: mpsc::Sender<Incoming>) -> Self {
        Self { incoming, watched: BTreeMap::new() }
    }

    pub(crate) fn watched(&self) -> Vec<PathBuf> {
        self.watched.keys().cloned().collect()
    }

    /// Asks for a look at everything in `folder`; `told` hears when it is over.
    pub(crate) fn rescan(&self, folder: &str, told: Option<oneshot::Sender<()>>) {
        if let Some(watched) = self.watched.get(Path::new(folder)) {
            // The watch ends only with the engine.
            let _ = watched.rescans.send(told);
        }
    }

    /// The same for all folders at once.
    pub(crate) fn rescan_all(&self, told: oneshot::Sender<()>) {
        let waits: Vec<_> = self
            .watched
            .values()
            .map(|watched| {
                let (done, wait) = oneshot::channel();
                let _ = watched.rescans.send(Some(done));
                wait
            })
            .collect();
        tokio::spawn(async move {
            for wait in waits {
                let _ = wait.await;
            }
            let _ = told.send(());
        });
    }
}

impl Engine {
    /// One way to write a path, so that a slash at its end or a `~` makes no other folder of it.
    pub(crate) fn tidy_path(&self, path: &str) -> String {
        let path = match path.strip_prefix("~/") {
            Some(rest) => self.places.home.join(rest),
            None => PathBuf::from(path),
        };
        path.components().collect::<PathBuf>().display().to_string()
    }

    /// The folder where reports go.
    pub(crate) fn reports_folder(&self) -> String {
        let default = || self.places.reports_default.display().to_string();
        self.settings.reports.folder.clone().unwrap_or_else(default)
    }

    /// Makes the watches fit the settings: new folders begin, others end, changed ones begin anew.
    pub(crate) fn watch_folders(&mut self) {
        let mut wanted = vec![PathBuf::from(self.reports_folder())];
        wanted.extend(self.settings.reports.also_watch.iter().map(PathBuf::from));
        let (recursive, mode) = (self.settings.watch.recursive, self.settings.watch.mode);
        let stale: Vec<PathBuf> = self
            .folders
            .watched
            .iter()
            .filter(|(folder, watched)| {
                !wanted.contains(folder) || watched.recursive != recursive || watched.mode != mode
            })
            .map(|(folder, _)| folder.clone())
            .collect();
        for folder in stale {
            self.folders.watched.remove(&folder);
            let folder = folder.display().to_string();
            self.apply(Event::FolderUnwatched { folder, now: now() });
            self.watched_folders_changed();
        }
        for folder in wanted {
            // A default folder that was never there is made at first use, and watched from then on.
            let never_used = folder == self.places.reports_default
                && !folder.exists()
                && !self.ledger.has_baseline(&folder.display().to_string()).unwrap_or(true);
            if !self.folders.watched.contains_key(&folder) && !never_used {
                self.begin_watch(folder, recursive, mode);
            }
        }
    }

    fn begin_watch(&mut self, folder: PathBuf, recursive: bool, mode: WatchMode) {
        let shown = folder.display().to_string();
        let known = self.ledger.known_files(&shown).unwrap_or_else(|error| {
            tracing::error!("what is known of {} can't be read: {error}", folder.display());
            Vec::new()
        });
        let has_baseline = self.ledger.has_baseline(&shown).unwrap_or(true);
        let known = known
            .into_iter()
            .filter(|file| file.present)
            .filter_map(|file| {
                let stamp = to_watch(&file.stamp);
                Some(KnownFile { path: file.path, stamp, sha256: file.sha256.parse().ok()? })
            })
            .collect();
        let mut options = Options::new(&folder);
        options.recursive = recursive;
        options.mode = match mode {
            WatchMode::Auto => Mode::Auto,
            WatchMode::Events => Mode::Events,
            WatchMode::Poll => Mode::Poll,
        };
        self.apply(Event::FolderWatched { folder: shown, has_baseline, now: now() });
        let (rescans, asked) = mpsc::unbounded_channel();
        let task =
            tokio::spawn(forward(folder.clone(), options, known, asked, self.folders.incoming.clone()));
        self.folders.watched.insert(folder, Watched { recursive, mode, rescans, task });
        self.watched_folders_changed();
    }

    pub(crate) fn folder_said(&mut self, said: FromFolder) {
        let folder = said.folder.display().to_string();
        let mut ready = Vec::new();
        for observation in said.observations {
            if let Observation::Ready(file) = observation {
                ready.push(file);
                continue;
            }
            self.sight(&folder, std::mem::take(&mut ready));
            if let Observation::Touched { path, stamp } = observation {
                self.touch(&folder, path, &stamp);
            } else if let Some(said) = in_words(observation) {
                self.apply(Event::FolderSaid { folder: folder.clone(), said, now: now() });
            }
        }
        self.sight(&folder, ready);
        for told in said.scanned {
            let _ = told.send(());
        }
    }

    /// Joins what was seen with what the ledger knows.
    fn sight(&mut self, folder: &str, ready: Vec<ReadyFile>) {
        if ready.is_empty() {
            return;
        }
        let has_baseline = self.ledger.has_baseline(folder).unwrap_or(true);
        let files = ready
            .into_iter()
            .map(|file| {
                let sha256 = file.sha256.to_string();
                let recorded = self.ledger.is_recorded(folder, &file.path, &sha256).unwrap_or_else(|error| {
                    tracing::error!("what was announced can't be read: {error}");
                    true
                });
                let known = self.ledger.file(folder, &file.path).ok().flatten();
                let sighting = Sighting {
                    recorded,
                    first_scan: file.first_scan,
                    has_baseline,
                    locked: file.owner_lock,
                    opened_since_change: known.is_some_and(|known| known.opened_since_change()),
                };
                let run = self.ledger.run_of_file(folder, &file.path).unwrap_or_default();
                SightedFile { path: file.path, stamp: from_watch(&file.stamp), sha256, run, sighting }
            })
            .collect();
        self.apply(Event::FilesSighted { folder: folder.to_owned(), files, now: now() });
    }

    /// The same content under a new stamp: kept, so that the next start need not read the file again.
    fn touch(&mut self, folder: &str, path: PathBuf, stamp: &Stamp) {
        let Ok(Some(known)) = self.ledger.file(folder, &path) else { return };
        let same =
            NewFile { path, stamp: from_watch(stamp), sha256: known.sha256, announce: false, run: known.run };
        if let Err(error) = self.ledger.record_files(folder, &[same], known.changed_at) {
            tracing::warn!("a touched file was not recorded: {error}");
        }
    }
}

/// Brings the facts of one watch to the engine, as many at a time as there are.
async fn forward(
    folder: PathBuf,
    options: Options,
    known: Vec<KnownFile>,
    mut asked: mpsc::UnboundedReceiver<Option<oneshot::Sender<()>>>,
    incoming: mpsc::Sender<Incoming>,
) {
    let mut watch = landfall_watch::watch(options, known);
    let (scan_over, mut scans_over) = mpsc::unbounded_channel();
    loop {
        let mut observations = Vec::new();
        let mut scanned = Vec::new();
        tokio::select! {
            observation = watch.next() => match observation {
                Some(observation) => observations.push(observation),
                None => return,
            },
            Some(told) = asked.recv() => {
                let (scan, over) = (watch.rescan(), scan_over.clone());
                tokio::spawn(async move {
                    scan.await;
                    let _ = over.send(told);
                });
                continue;
            }
            Some(told) = scans_over.recv() => scanned.extend(told),
        }
        while observations.len() < BATCH {
            match watch.next().now_or_never() {
                Some(Some(observation)) => observations.push(observation),
                Some(None) | None => break,
            }
        }
        // A scan that is over is told only when nothing that it found is still on its way.
        if observations.len() == BATCH && !scanned.is_empty() {
            for told in std::mem::take(&mut scanned) {
                let _ = scan_over.send(Some(told));
            }
        }
        let said = FromFolder { folder: folder.clone(), observations, scanned };
        if incoming.send(Incoming::Folder(said)).await.is_err() {
            return;
        }
    }
}

fn in_words(observation: Observation) -> Option<FolderSaid> {
    Some(match observation {
        Observation::Scanned(scanned) => FolderSaid::Scanned { state: state_of(&scanned.mode) },
        Observation::ModeChanged { mode } => FolderSaid::ModeChanged { state: state_of(&mode) },
        Observation::FolderLost { reason } => FolderSaid::Lost { reason: reason.to_string() },
        Observation::FolderBack => FolderSaid::Back,
        Observation::Removed { path } => FolderSaid::Removed { path },
        Observation::Broken(broken) => {
            FolderSaid::Broken { path: broken.path, reason: broken.reason.to_string() }
        }
        Observation::Ready(_) | Observation::Touched { .. } => return None,
    })
}

fn state_of(mode: &ActiveMode) -> FolderState {
    match mode {
        ActiveMode::Events => FolderState::Events,
        ActiveMode::Poll(_) => FolderState::Polling { why: mode.to_string() },
    }
}

fn from_watch(stamp: &Stamp) -> FileStamp {
    FileStamp {
        bytes: stamp.bytes,
        modified_ns: stamp.modified_ns,
        changed_ns: stamp.changed_ns,
        inode: stamp.inode,
    }
}

fn to_watch(stamp: &FileStamp) -> Stamp {
    Stamp {
        bytes: stamp.bytes,
        modified_ns: stamp.modified_ns,
        changed_ns: stamp.changed_ns,
        inode: stamp.inode,
    }
}
