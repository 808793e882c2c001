//! The library as doors see it: what the ledger says, and whether the file is really there.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use landfall_core::api::{AppEvent, Reply};
use landfall_core::code::ApiError;
use landfall_core::library::{
    EntryState, LARGEST_PAGE, LibraryEntry, LibraryFilter, LibraryPage, LibraryTotals, ReportId,
    no_such_report,
};
use landfall_core::state::RequestRef;
use landfall_store::Report;
use tokio::time::Instant;

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};
use crate::file_work;

/// Changes are told at most this often, however many there are.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// What has changed and was not told yet.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    waiting: BTreeSet<ReportId>,
    /// Other folders are watched: entries came and went that nobody names.
    folders: bool,
    told_at: Option<Instant>,
    /// Somebody will ask for what waits.
    is_called: bool,
}

impl Engine {
    /// An entry is new or has changed; doors hear of it in a moment.
    pub(crate) fn entry_changed(&mut self, id: ReportId) {
        self.changes.waiting.insert(id);
        self.call_for_changes();
    }

    /// The same for the file at `path` (relative) in a watched folder.
    pub(crate) fn file_changed(&mut self, folder: &str, path: &Path) {
        match self.ledger.report_of_file(folder, path) {
            Ok(Some(id)) => self.entry_changed(id),
            Ok(None) => {}
            Err(error) => tracing::error!("what has changed in the library can't be read: {error}"),
        }
    }

    pub(crate) fn watched_folders_changed(&mut self) {
        self.changes.folders = true;
        self.call_for_changes();
    }

    /// Changes wait at least until all that has come by now is dealt with, so that a burst is one change.
    fn call_for_changes(&mut self) {
        if std::mem::replace(&mut self.changes.is_called, true) {
            return;
        }
        let at = self.changes.told_at.map_or_else(Instant::now, |told| told + TOLD_EVERY);
        let incoming = self.incoming.clone();
        tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let _ = incoming.send(Incoming::LibraryChangesDue).await;
        });
    }

    pub(crate) fn tell_library_changes(&mut self) {
        self.changes.is_called = false;
        if !self.has_subscribers() {
            // Whoever subscribes later begins with a snapshot.
            self.changes = Changes { told_at: self.changes.told_at, ..Changes::default() };
            return;
        }
        let mut ids = std::mem::take(&mut self.changes.waiting);
        if let Some(rest) = ids.iter().nth(LARGEST_PAGE as usize).cloned() {
            self.changes.waiting = ids.split_off(&rest);
        }
        let folders = std::mem::take(&mut self.changes.folders);
        let watched = self.watched();
        // What is being worked on is told when that is done, and not as missing meanwhile.
        let changed: Vec<LibraryEntry> = ids
            .iter()
            .filter(|id| !self.state.is_working_on(id))
            .filter_map(|id| self.ledger.report(id, &watched).ok().flatten())
            .map(|report| report.entry)
            .collect();
        self.changes.told_at = Some(Instant::now());
        if !self.changes.waiting.is_empty() {
            self.call_for_changes();
        }
        // Without an entry the list would be read again, which only other folders are a reason for.
        if folders && !changed.is_empty() {
            self.publish(&AppEvent::LibraryChanged { changed: Vec::new(), totals: self.library_totals() });
        }
        if folders || !changed.is_empty() {
            self.publish(&AppEvent::LibraryChanged { changed, totals: self.library_totals() });
        }
    }

    pub(crate) fn library_totals(&self) -> LibraryTotals {
        self.ledger.library_totals(&self.watched()).unwrap_or_else(|error| {
            tracing::error!("the library can't be counted: {error}");
            LibraryTotals::default()
        })
    }

    /// The absolute paths of the watched folders.
    pub(crate) fn watched(&self) -> Vec<String> {
        self.folders.watched().iter().map(|folder| folder.display().to_string()).collect()
    }

    pub(crate) fn list_library(&mut self, request: RequestRef, filter: &LibraryFilter) {
        let found = match self.ledger.library(filter, &self.watched()) {
            Ok(found) => found,
            Err(error) => return self.reply(request, Err(ledger_error(&error))),
        };
        let reports = self.with_work(found.reports);
        let look = move || {
            let entries = reports.into_iter().map(|(report, at_work)| as_it_stands(report, at_work).entry);
            Ok(Reply::Library(LibraryPage { entries: entries.collect(), total: found.total }))
        };
        self.answer_later(request, look);
    }

    pub(crate) fn locate_report(&mut self, request: RequestRef, id: &ReportId) {
        let report = match self.report(id) {
            Ok(report) => report,
            Err(error) => return self.reply(request, Err(error)),
        };
        let id = id.clone();
        let at_work = self.state.is_at_work_on(&id, &report.folder);
        self.answer_later(request, move || {
            let Report { entry, folder, path } = as_it_stands(report, at_work);
            let path = match entry.state {
                EntryState::Failed { .. } | EntryState::Cancelled => None,
                _ => Some(inside(&folder, &path).ok_or_else(|| no_such_report(&id))?.display().to_string()),
            };
            Ok(Reply::Located { entry: Box::new(entry), path })
        });
    }

    /// What the ledger has under this name.
    pub(crate) fn report(&self, id: &ReportId) -> Result<Report, ApiError> {
        let found = self.ledger.report(id, &self.watched()).map_err(|error| ledger_error(&error))?;
        found.ok_or_else(|| no_such_report(id))
    }

    pub(crate) fn mark_seen(&mut self, ids: &[ReportId]) -> Result<Reply, ApiError> {
        let seen = self.ledger.mark_seen(ids).map_err(|error| ledger_error(&error))?;
        for id in seen {
            self.entry_changed(id);
        }
        Ok(Reply::Done)
    }

    /// A door opened this file, so that its next change is the user's own, and it is no longer new.
    pub(crate) fn note_opened(&mut self, path: &Path) -> Result<Reply, ApiError> {
        let watched = self.folders.watched();
        let found = watched.iter().find_map(|folder| {
            path.strip_prefix(folder)
                .ok()
                .map(|relative| (folder.display().to_string(), relative.to_path_buf()))
        });
        if let Some((folder, relative)) = found
            && self.ledger.mark_opened(&folder, &relative, now()).map_err(|error| ledger_error(&error))?
        {
            self.file_changed(&folder, &relative);
        }
        Ok(Reply::Done)
    }

    fn with_work(&self, reports: Vec<Report>) -> Vec<(Report, bool)> {
        let is_at_work = |report: &Report| self.state.is_at_work_on(&report.entry.id, &report.folder);
        reports
            .into_iter()
            .map(|report| {
                let at_work = is_at_work(&report);
                (report, at_work)
            })
            .collect()
    }

    /// Answers with what `look` finds on a disk that may be slow.
    pub(crate) fn answer_later(
        &self,
        request: RequestRef,
        look: impl FnOnce() -> Result<Reply, ApiError> + Send + 'static,
    ) {
        let answer = move |answer| Incoming::Answer { request, answer: Box::new(answer) };
        file_work::begin(&self.incoming, look, answer);
    }
}

/// A report whose file is gone is missing, unless Landfall itself is at work on it.
fn as_it_stands(mut report: Report, at_work: bool) -> Report {
    let is_there = || inside(&report.folder, &report.path).is_some_and(|path| is_file(&path));
    if report.entry.state == EntryState::OnDesktop && !at_work && !is_there() {
        report.entry.state = EntryState::Missing;
    }
    report
}

/// The absolute path of a file in a folder; `None` for a path that would lead out of it.
pub(crate) fn inside(folder: &str, path: &Path) -> Option<PathBuf> {
    let mut parts = path.components().peekable();
    parts.peek()?;
    let stays = parts.all(|part| matches!(part, Component::Normal(_)));
    let folder = Path::new(folder);
    (stays && folder.is_absolute()).then(|| folder.join(path))
}

/// A file itself: links are never followed, as in the watched folders.
pub(crate) fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_its_folder() {
        for path in ["a.xlsx", "sub/a.xlsx"] {
            assert_eq!(inside("/srv/reports", Path::new(path)), Some(Path::new("/srv/reports").join(path)));
        }
        for path in ["", "..", "../a.xlsx", "sub/../../a.xlsx", "/etc/passwd", "./a.xlsx"] {
            assert_eq!(inside("/srv/reports", Path::new(path)), None, "{path}");
        }
        assert_eq!(inside("reports", Path::new("a.xlsx")), None);
    }
}
