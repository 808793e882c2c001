//! Deleting reports and bringing them back: into the trash and out of it, or for good after the door has given time to
//! think again. An entry without a file is only taken off the list.

use std::io;
use std::path::{Path, PathBuf};

use landfall_core::api::{AppEvent, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{EntryState, ReportId, no_such_report};
use landfall_core::names;
use landfall_core::run::{FileState, RunState};
use landfall_core::state::{Event, FileWork, ReportFile, RequestRef};
use landfall_report::publish;
use landfall_store::Report;

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};
use crate::library::{inside, is_file};
use crate::{file_work, trash_can};

/// What became of a file that was to be deleted or brought back.
pub(crate) struct FileWorked {
    request: RequestRef,
    work: FileWork,
    file: ReportFile,
    worked: Result<FileState, ApiError>,
}

impl Engine {
    pub(crate) fn delete_report(&mut self, request: RequestRef, id: &ReportId, permanently: bool) {
        let work = if permanently { FileWork::Remove } else { FileWork::Trash };
        let next = self.report_that_is_over(id).and_then(|report| match report.entry.state {
            EntryState::OnDesktop => Ok(Next::Work(work, Box::new(report))),
            // An engine that was killed may have removed it and not kept that; what was to go for good stays gone.
            EntryState::Missing if permanently && !report.entry.hidden => {
                Ok(Next::Work(work, Box::new(report)))
            }
            EntryState::Missing | EntryState::Failed { .. } | EntryState::Cancelled
                if !report.entry.hidden =>
            {
                Ok(Next::Hide)
            }
            _ => Err(ApiError::new(
                Code::Conflict,
                format!("{} was deleted already", named(&report)),
                "There is nothing to delete.",
            )),
        });
        self.go_on(request, id, next);
    }

    pub(crate) fn restore_report(&mut self, request: RequestRef, id: &ReportId) {
        let next = self.report_that_is_over(id).and_then(|report| match report.entry.state {
            // Also one that is off the list: an engine that was killed may have moved it to the trash and not kept that.
            EntryState::Trashed | EntryState::Missing => Ok(Next::Work(FileWork::Restore, Box::new(report))),
            _ if report.entry.hidden => Ok(Next::Show),
            EntryState::Deleted => Err(ApiError::new(
                Code::Refused,
                format!("{} was deleted for good", named(&report)),
                "Make the report again.",
            )),
            EntryState::OnDesktop | EntryState::Failed { .. } | EntryState::Cancelled => Err(ApiError::new(
                Code::Conflict,
                format!("{} was not deleted", named(&report)),
                "There is nothing to restore.",
            )),
        });
        self.go_on(request, id, next);
    }

    fn go_on(&mut self, request: RequestRef, id: &ReportId, next: Result<Next, ApiError>) {
        let answer = match next {
            Ok(Next::Work(work, report)) => {
                let file = ReportFile { report: id.clone(), folder: report.folder, path: report.path };
                let event = Event::FileWorkRequested { request, work, file: Box::new(file), now: now() };
                return self.apply(event);
            }
            Ok(Next::Hide) => self.hide(id, true).map(|entry| Reply::ReportDeleted { entry }),
            Ok(Next::Show) => self.hide(id, false).map(|entry| Reply::ReportRestored { entry }),
            Err(error) => Err(error.about(id.to_string())),
        };
        self.reply(request, answer);
    }

    fn report_that_is_over(&self, id: &ReportId) -> Result<Report, ApiError> {
        match id {
            ReportId::Run(run) if self.state.live_run(*run).is_some() => {
                Err(ApiError::new(Code::Conflict, format!("run {run} is not over"), "Cancel it first."))
            }
            _ => self.report(id),
        }
    }

    fn hide(
        &mut self,
        id: &ReportId,
        hidden: bool,
    ) -> Result<Box<landfall_core::library::LibraryEntry>, ApiError> {
        self.ledger.hide_report(id, hidden.then(now)).map_err(|error| ledger_error(&error))?;
        let what = if hidden { "hide-report" } else { "show-report" };
        self.audit(what, &id.to_string(), "done");
        self.entry_changed(id.clone());
        self.report(id).map(|report| Box::new(report.entry))
    }

    pub(crate) fn begin_file_work(&self, request: RequestRef, work: FileWork, file: ReportFile) {
        let path = inside(&file.folder, &file.path);
        let id = file.report.clone();
        let content = self.known_content(&file);
        let is_missing = self.report(&id).is_ok_and(|report| report.entry.state == EntryState::Missing);
        let begin = move || {
            let path = path.ok_or_else(|| no_such_report(&id))?;
            let sidecar = sidecar_of(&id, &path);
            match work {
                FileWork::Restore => restore(&path, sidecar.as_deref(), content.as_ref()),
                _ if !is_missing && !path.parent().is_some_and(Path::is_dir) => Err(ApiError::new(
                    Code::FolderMissing,
                    "the folder of this report is not there",
                    "Plug its drive in, then delete the report.",
                )
                .about(path.display().to_string())),
                FileWork::Remove => remove(&path, sidecar.as_deref()),
                // Somebody was faster: what is left is an entry without a file.
                FileWork::Trash if !is_file(&path) => Ok(FileState::Missing),
                FileWork::Trash => move_to_trash(&path, sidecar.as_deref()),
            }
        };
        file_work::begin(&self.incoming, begin, move |worked| {
            Incoming::FileWorked(Box::new(FileWorked { request, work, file, worked }))
        });
    }

    /// What the file of a report held when it was last looked at.
    fn known_content(&self, file: &ReportFile) -> Option<Content> {
        if let Ok(Some(seen)) = self.ledger.file(&file.folder, &file.path) {
            return Some(Content { sha256: seen.sha256, bytes: seen.stamp.bytes });
        }
        let ReportId::Run(run) = file.report else { return None };
        match self.ledger.run(run).ok()??.state {
            RunState::Succeeded { sha256, bytes, .. } => Some(Content { sha256, bytes }),
            _ => None,
        }
    }

    pub(crate) fn file_worked(&mut self, done: FileWorked) {
        let FileWorked { request, work, file, worked } = done;
        let is_hidden = || self.report(&file.report).is_ok_and(|report| report.entry.hidden);
        let worked = match worked {
            // It was taken off the list, and is not in the trash: it goes back on the list as it was.
            Err(error) if work == FileWork::Restore && is_hidden() => {
                tracing::info!("an entry comes back without its file: {error}");
                Ok(FileState::Missing)
            }
            worked => worked,
        };
        let done = match (&worked, work) {
            (Ok(FileState::Missing), FileWork::Restore) => "on the list again",
            (Ok(FileState::Missing), _) => "off the list",
            (_, FileWork::Restore) => "out of the trash again",
            (_, FileWork::Trash) => "moved to the trash",
            (_, FileWork::Remove) => "removed for good",
        };
        let answer = worked.and_then(|state| self.note_file_work(&file, state, work));
        let outcome = match &answer {
            Err(error) => format!("failed: {}", error.message),
            Ok(_) => done.to_owned(),
        };
        let what = if work == FileWork::Restore { "restore-report" } else { "delete-report" };
        self.audit(what, &Path::new(&file.folder).join(&file.path).display().to_string(), &outcome);
        self.reply(request, answer);
        self.entry_changed(file.report.clone());
        self.apply(Event::FileWorkEnded { report: file.report, now: now() });
    }

    fn note_file_work(
        &mut self,
        file: &ReportFile,
        state: FileState,
        work: FileWork,
    ) -> Result<Reply, ApiError> {
        let id = &file.report;
        let (is_missing, comes_back) = (state == FileState::Missing, work == FileWork::Restore);
        // What comes back without a file is as missing as it was before.
        if !(is_missing && comes_back) {
            self.ledger.set_report_file(id, state).map_err(|error| ledger_error(&error))?;
        }
        if is_missing || comes_back {
            let hidden = (!comes_back).then(now);
            self.ledger.hide_report(id, hidden).map_err(|error| ledger_error(&error))?;
        }
        if let ReportId::Run(run) = id
            && let Ok(Some(run)) = self.ledger.run(*run)
        {
            self.publish(&AppEvent::RunChanged(Box::new(run)));
        }
        self.folders.rescan(&file.folder, None);
        let entry = Box::new(self.report(id)?.entry);
        Ok(match work {
            FileWork::Restore => Reply::ReportRestored { entry },
            FileWork::Trash | FileWork::Remove => Reply::ReportDeleted { entry },
        })
    }

    fn audit(&mut self, what: &str, subject: &str, outcome: &str) {
        if let Err(error) = self.ledger.audit(now(), what, subject, outcome) {
            tracing::error!("the audit log was not written: {error}");
        }
    }

    pub(crate) fn rescan_all(&mut self, request: RequestRef) {
        let (told, all_told) = tokio::sync::oneshot::channel();
        self.folders.rescan_all(told);
        let incoming = self.incoming.clone();
        tokio::spawn(async move {
            // Every folder that was asked has answered, or is gone.
            let _ = all_told.await;
            let answer = Box::new(Ok(Reply::Done));
            let _ = incoming.send(Incoming::Answer { request, answer }).await;
        });
    }
}

/// What a wish comes down to.
enum Next {
    Work(FileWork, Box<Report>),
    Hide,
    Show,
}

fn named(report: &Report) -> String {
    match report.entry.id {
        ReportId::Run(run) => format!("the file of run {run}"),
        ReportId::File { .. } => format!("\"{}\"", report.entry.file),
    }
}

/// What a file holds.
struct Content {
    /// In lower-case hexadecimal.
    sha256: String,
    bytes: u64,
}

impl Content {
    fn is_in(&self, path: &Path) -> bool {
        is_file(path)
            && path.metadata().is_ok_and(|found| found.len() == self.bytes)
            && publish::sha256_of(path).is_ok_and(|(sha256, _)| sha256 == self.sha256)
    }
}

/// The description that lies beside the workbook of a run; without its workbook it means nothing. What lies under such
/// a name beside a workbook of somebody else's is theirs.
fn sidecar_of(id: &ReportId, path: &Path) -> Option<PathBuf> {
    let ReportId::Run(_) = id else { return None };
    let name = path.file_name()?.to_str()?;
    Some(path.with_file_name(names::sidecar_name(name)))
}

fn move_to_trash(path: &Path, sidecar: Option<&Path>) -> Result<FileState, ApiError> {
    trash_can::put(path)?;
    if let Some(sidecar) = sidecar.filter(|sidecar| sidecar.exists())
        && let Err(error) = trash_can::put(sidecar)
    {
        tracing::warn!("the description beside a deleted report stays: {error}");
    }
    Ok(FileState::Trashed)
}

fn restore(path: &Path, sidecar: Option<&Path>, content: Option<&Content>) -> Result<FileState, ApiError> {
    // An engine that was killed may have brought it back and not kept that.
    if !content.is_some_and(|content| content.is_in(path)) {
        trash_can::take_back(path)?;
    }
    if let Some(sidecar) = sidecar.filter(|sidecar| !sidecar.exists())
        && let Err(error) = trash_can::take_back(sidecar)
    {
        tracing::info!("no description beside a restored report: {error}");
    }
    Ok(FileState::Present)
}

/// Also what is gone already is removed for good: nobody can tell who did it, and nothing is to come back.
fn remove(path: &Path, sidecar: Option<&Path>) -> Result<FileState, ApiError> {
    remove_file(path).map_err(|error| {
        ApiError::new(
            Code::TargetNotWritable,
            format!("the file could not be removed: {error}"),
            "Close it in other programs and check that the folder can be written to.",
        )
        .about(path.display().to_string())
    })?;
    if let Some(sidecar) = sidecar
        && let Err(error) = remove_file(sidecar)
    {
        tracing::warn!("the description beside a deleted report stays: {error}");
    }
    Ok(FileState::Deleted)
}

/// Never a link, or whatever else took the name of a file.
fn remove_file(path: &Path) -> io::Result<()> {
    if !is_file(path) {
        return Ok(());
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
