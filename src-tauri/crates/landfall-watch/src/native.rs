//! The system's file events, collapsed into what has to be looked at.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use crate::error::Error;
use crate::names::{Subject, subject};

/// More files than this at once are cheaper to find by a scan; it also bounds the memory of a burst.
const MOST_FILES: usize = 100_000;

/// Everything the events said since it was last emptied. However many events come, it holds each file once.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Files something happened to; true when the last thing was that the writer closed it or moved it here.
    pub(crate) files: HashMap<PathBuf, bool>,
    /// Events were lost, or something happened to a folder inside: scan.
    pub(crate) scan: bool,
    /// Something happened to the folder itself.
    pub(crate) folder: bool,
    /// Events cannot be received any longer.
    pub(crate) failure: Option<notify::Error>,
}

/// Where the events arrive.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    news: Mutex<News>,
    wake: Notify,
}

impl Inbox {
    /// Waits until there is news.
    pub(crate) async fn filled(&self) {
        self.wake.notified().await;
    }

    /// Takes the news out.
    pub(crate) fn empty(&self) -> News {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&self, root: &Path, recursive: bool, event: notify::Result<Event>) {
        let has_news = match event {
            Ok(event) => self.lock().note(root, recursive, &event),
            Err(failure) => {
                self.lock().failure = Some(failure);
                true
            }
        };
        if has_news {
            self.wake.notify_one();
        }
    }
}

impl News {
    /// Notes what an event means; false when it means nothing.
    fn note(&mut self, root: &Path, recursive: bool, event: &Event) -> bool {
        if event.need_rescan() {
            self.scan = true;
            return true;
        }
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        // Reading a file tells of itself; only the end of writing is of interest.
        if event.kind.is_access() && event.kind != close {
            return false;
        }
        let sealed = event.kind == close || event.kind == EventKind::Modify(ModifyKind::Name(RenameMode::To));
        let mut has_news = false;
        for path in &event.paths {
            let Ok(relative) = path.strip_prefix(root) else {
                self.folder |= root.starts_with(path);
                has_news |= root.starts_with(path);
                continue;
            };
            if relative.as_os_str().is_empty() {
                self.folder = true;
                has_news = true;
                continue;
            }
            match subject(relative, recursive) {
                Subject::Workbook if self.files.len() < MOST_FILES => {
                    // Both names of a rename come once more in one event, after the single ones; new times
                    // or permissions say nothing about the writer.
                    if matches!(
                        event.kind,
                        EventKind::Modify(ModifyKind::Name(RenameMode::Both) | ModifyKind::Metadata(_))
                    ) {
                        self.files.entry(relative.to_owned()).or_insert(false);
                    } else {
                        self.files.insert(relative.to_owned(), sealed);
                    }
                    has_news = true;
                }
                Subject::Workbook => {
                    self.files.clear();
                    self.scan = true;
                    has_news = true;
                }
                Subject::Folder if concerns_folder(event.kind) => {
                    self.scan = true;
                    has_news = true;
                }
                Subject::Folder | Subject::Nothing => {}
            }
        }
        has_news
    }
}

/// True for what can bring or take a whole folder of files.
fn concerns_folder(kind: EventKind) -> bool {
    match kind {
        EventKind::Create(kind) => kind != CreateKind::File,
        EventKind::Remove(kind) => kind != RemoveKind::File,
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other => true,
        EventKind::Modify(_) | EventKind::Access(_) => false,
    }
}

/// Switches events on for `root`, a path without links. They stop when the watcher is dropped. Blocks on
/// the file system.
pub(crate) fn subscribe(
    root: &Path,
    recursive: bool,
    inbox: Arc<Inbox>,
) -> Result<RecommendedWatcher, Error> {
    let base = root.to_owned();
    let receive = move |event| inbox.receive(&base, recursive, event);
    let mut watcher = RecommendedWatcher::new(receive, Config::default().with_follow_symlinks(false))
        .map_err(Error::Subscribe)?;
    let depth = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    watcher.watch(root, depth).map_err(Error::Subscribe)?;
    Ok(watcher)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(news: &mut News, kind: EventKind, path: &str) -> bool {
        news.note(Path::new("/reports"), false, &Event::new(kind).add_path(path.into()))
    }

    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const OPENED: EventKind = EventKind::Access(AccessKind::Open(AccessMode::Any));
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Any);

    #[test]
    fn reading_a_file_is_no_news() {
        assert!(!note(&mut News::default(), OPENED, "/reports/a.xlsx"));
    }

    #[test]
    fn a_file_is_noted_once_with_what_happened_last() {
        let mut news = News::default();
        assert!(note(&mut news, WRITTEN, "/reports/a.xlsx"));
        assert!(note(&mut news, CLOSED, "/reports/a.xlsx"));
        assert_eq!(news.files, HashMap::from([("a.xlsx".into(), true)]));
        assert!(note(&mut news, WRITTEN, "/reports/a.xlsx"));
        assert_eq!(news.files, HashMap::from([("a.xlsx".into(), false)]));
    }

    #[test]
    fn hidden_names_and_other_files_are_no_news() {
        for path in ["/reports/.a.xlsx", "/reports/~$a.xlsx", "/reports/a.txt", "/elsewhere/a.xlsx"] {
            assert!(!note(&mut News::default(), CLOSED, path), "{path}");
        }
    }

    #[test]
    fn the_loss_of_the_folder_or_of_events_is_news() {
        let mut news = News::default();
        assert!(note(&mut news, EventKind::Remove(RemoveKind::Folder), "/reports"));
        assert!(news.folder);
        let overflow = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert!(news.note(Path::new("/reports"), false, &overflow));
        assert!(news.scan);
    }
}
