//! The vocabulary of the scenarios: a folder, a watch on it, and everything it said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_watch::{ContentHash, KnownFile, Mode, Observation, Options, ReadyFile, Scanned, Watch, watch};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::workbook::hash;

/// How long a scenario waits for one thing. Far more than anything takes, even on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

/// A folder that is watched.
pub(crate) struct Scene {
    pub(crate) folder: PathBuf,
    watch: Watch,
    /// Everything the watch said, in order.
    pub(crate) log: Vec<Observation>,
    _home: Home,
}

/// The folder around the watched one. Removing it must work, or something still writes where a scenario is over.
struct Home(Option<TempDir>);

impl Drop for Home {
    fn drop(&mut self) {
        let Some(folder) = self.0.take() else { return };
        let path = folder.path().to_owned();
        let removed = folder.close();
        if !std::thread::panicking() {
            removed.unwrap();
            assert!(!path.exists(), "{} is back", path.display());
        }
    }
}

/// A scene that does not watch yet.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    pub(crate) options: Options,
    known: Vec<KnownFile>,
    home: Home,
}

impl Stage {
    /// An empty folder.
    pub(crate) fn empty(mode: Mode) -> Self {
        let home = tempfile::Builder::new().prefix("landfall-watch-").tempdir().unwrap();
        let folder = home.path().join("reports");
        fs::create_dir(&folder).unwrap();
        let options = Options { mode, ..Options::new(&folder) };
        Self { folder, options, known: Vec::new(), home: Home(Some(home)) }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    pub(crate) fn knowing(mut self, known: Vec<KnownFile>) -> Self {
        self.known = known;
        self
    }

    pub(crate) fn holding(self, name: &str, bytes: &[u8]) -> Self {
        fs::write(self.folder.join(name), bytes).unwrap();
        self
    }

    /// Begins to watch.
    pub(crate) fn open(self) -> Scene {
        let watch = watch(self.options, self.known);
        Scene { folder: self.folder, watch, log: Vec::new(), _home: self.home }
    }

    /// Begins to watch and waits until the first scan is through.
    pub(crate) async fn begin(self) -> Scene {
        let mut scene = self.open();
        scene.first_scan().await;
        scene
    }
}

impl Scene {
    /// Watches an empty folder.
    pub(crate) async fn empty(mode: Mode) -> Self {
        Stage::empty(mode).begin().await
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Writes `bytes` beside the target and renames, as a careful writer does.
    pub(crate) fn publish(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        let part = self.path(".publish.part");
        fs::write(&part, bytes).unwrap();
        fs::rename(part, self.path(name)).unwrap();
    }

    /// Shows `pick` everything said so far and what is said next, one by one, until it finds what it looks
    /// for.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&Observation) -> Option<T>,
    ) -> T {
        if let Some(found) = self.log.iter().find_map(&mut pick) {
            return found;
        }
        let wait = async {
            loop {
                let said = self.watch.next().await.expect("the watch goes on");
                let found = pick(&said);
                self.log.push(said);
                if let Some(found) = found {
                    return found;
                }
            }
        };
        if let Ok(found) = timeout(DEADLINE, wait).await {
            return found;
        }
        let last: Vec<_> = self.log.iter().rev().take(5).collect();
        panic!("waited for {what}; said last, newest first: {last:#?}");
    }

    pub(crate) async fn first_scan(&mut self) -> Scanned {
        self.until("the first scan", |said| match said {
            Observation::Scanned(scanned) if scanned.first => Some(scanned.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until `name` is ready with the content `bytes`.
    pub(crate) async fn ready(&mut self, name: impl AsRef<Path>, bytes: &[u8]) -> ReadyFile {
        let (name, sha256) = (name.as_ref(), hash(bytes));
        self.until(&format!("{} to be ready", name.display()), |said| match said {
            Observation::Ready(file) if file.path == name && file.sha256 == sha256 => Some(file.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until `files` reports of complete workbooks came, counted from the beginning.
    pub(crate) async fn ready_count(&mut self, files: usize) {
        let mut count = 0;
        self.until(&format!("{files} files to be ready"), |said| {
            count += usize::from(matches!(said, Observation::Ready(_)));
            (count == files).then_some(())
        })
        .await;
    }

    pub(crate) async fn removed(&mut self, name: &str) {
        self.until(&format!("{name:?} to be removed"), |said| {
            matches!(said, Observation::Removed { path } if path == Path::new(name)).then_some(())
        })
        .await;
    }

    /// Scans once more, takes in all there is to say, and returns what was reported for each file, in
    /// order.
    pub(crate) async fn settled(&mut self) -> BTreeMap<PathBuf, Vec<ContentHash>> {
        self.rescan().await;
        let mut reports: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for file in ready(&self.log) {
            reports.entry(file.path.clone()).or_default().push(file.sha256);
        }
        reports
    }

    /// Asks for a scan and takes in what is said until it is through.
    pub(crate) async fn rescan(&mut self) -> bool {
        let scan = self.watch.rescan();
        tokio::pin!(scan);
        let wait = async {
            loop {
                tokio::select! {
                    biased;
                    Some(said) = self.watch.next() => self.log.push(said),
                    through = &mut scan => return through,
                }
            }
        };
        timeout(DEADLINE, wait).await.expect("the scan ends")
    }

    /// Receives for some time, to see that nothing more is said.
    pub(crate) async fn listen(&mut self, time: Duration) {
        let _ = timeout(time, async {
            while let Some(said) = self.watch.next().await {
                self.log.push(said);
            }
        })
        .await;
    }

    /// Fails unless every file was reported once with the content it has now, and nothing else was
    /// reported at all.
    pub(crate) async fn assert_each_once(&mut self, files: &[(PathBuf, Vec<u8>)]) {
        let reports = self.settled().await;
        let expected: BTreeMap<_, _> =
            files.iter().map(|(path, bytes)| (path.clone(), vec![hash(bytes)])).collect();
        let lost: Vec<_> = expected.keys().filter(|path| !reports.contains_key(*path)).collect();
        let twice: Vec<_> = reports.iter().filter(|(_, contents)| contents.len() > 1).collect();
        assert!(lost.is_empty() && twice.is_empty(), "lost {lost:?}, twice {twice:?}");
        assert_eq!(reports, expected);
    }
}

/// The files reported as ready.
pub(crate) fn ready(log: &[Observation]) -> impl Iterator<Item = &ReadyFile> {
    log.iter().filter_map(|said| match said {
        Observation::Ready(file) => Some(file),
        _ => None,
    })
}
