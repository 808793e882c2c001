//! Deleting reports and bringing them back: into the trash and out of it, or for good after the door has given time to
//! think again. An entry without a file is only taken off the list.

use std::path::{Path, PathBuf};

use landfall_core::api::{AppEvent, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{EntryState, ReportId, no_such_report};
use landfall_core::names;
use landfall_core::run::FileState;
use landfall_core::state::{Event, FileWork, ReportFile, RequestRef};
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
            _ if report.entry.hidden => Ok(Next::Show),
            EntryState::Trashed | EntryState::Missing => Ok(Next::Work(FileWork::Restore, Box::new(report))),
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
        let begin = move || {
            let path = path.ok_or_else(|| no_such_report(&id))?;
            match work {
                FileWork::Restore => restore(&path),
                _ if !path.parent().is_some_and(Path::is_dir) => Err(ApiError::new(
                    Code::FolderMissing,
                    "the folder of this report is not there",
                    "Plug its drive in, then delete the report.",
                )
                .about(path.display().to_string())),
                // Somebody was faster: what is left is an entry without a file.
                _ if !is_file(&path) => Ok(FileState::Missing),
                FileWork::Trash => move_to_trash(&path),
                FileWork::Remove => remove(&path),
            }
        };
        file_work::begin(&self.incoming, begin, move |worked| {
            Incoming::FileWorked(Box::new(FileWorked { request, work, file, worked }))
        });
    }

    pub(crate) fn file_worked(&mut self, done: FileWorked) {
        let FileWorked { request, work, file, worked } = done;
        let answer = worked.and_then(|state| self.note_file_work(&file, state, work));
        let outcome = match &answer {
            Err(error) => format!("failed: {}", error.message),
            Ok(_) => match work {
                FileWork::Trash => "moved to the trash".to_owned(),
                FileWork::Remove => "removed for good".to_owned(),
                FileWork::Restore => "out of the trash again".to_owned(),
            },
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
        self.ledger.set_report_file(id, state).map_err(|error| ledger_error(&error))?;
        if state == FileState::Missing {
            self.ledger.hide_report(id, Some(now())).map_err(|error| ledger_error(&error))?;
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

/// The description that lies beside the workbook of a run, if it is there; without its workbook it means nothing.
fn sidecar_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    Some(path.with_file_name(names::sidecar_name(name)))
}

fn move_to_trash(path: &Path) -> Result<FileState, ApiError> {
    trash_can::put(path)?;
    if let Some(sidecar) = sidecar_of(path).filter(|sidecar| sidecar.exists())
        && let Err(error) = trash_can::put(&sidecar)
    {
        tracing::warn!("the description beside a deleted report stays: {error}");
    }
    Ok(FileState::Trashed)
}

fn restore(path: &Path) -> Result<FileState, ApiError> {
    trash_can::take_back(path)?;
    if let Some(sidecar) = sidecar_of(path).filter(|sidecar| !sidecar.exists())
        && let Err(error) = trash_can::take_back(&sidecar)
    {
        tracing::info!("no description beside a restored report: {error}");
    }
    Ok(FileState::Present)
}

fn remove(path: &Path) -> Result<FileState, ApiError> {
    std::fs::remove_file(path).map_err(|error| {
        ApiError::new(
            Code::TargetNotWritable,
            format!("the file could not be removed: {error}"),
            "Close it in other programs and check that the folder can be written to.",
        )
        .about(path.display().to_string())
    })?;
    if let Some(sidecar) = sidecar_of(path)
        && let Err(error) = std::fs::remove_file(&sidecar)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!("the description beside a deleted report stays: {error}");
    }
    Ok(FileState::Deleted)
}
