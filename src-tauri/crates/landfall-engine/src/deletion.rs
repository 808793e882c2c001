//! Deleting the file of a run: into the trash, or for good after the door has given time to think again.

use std::path::{Path, PathBuf};

use landfall_core::api::{AppEvent, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::names;
use landfall_core::run::{FileState, Run};
use landfall_core::state::{Event, RequestRef};

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};
use crate::file_work;

/// What became of a file that was to be deleted.
pub(crate) struct Deletion {
    request: RequestRef,
    run: Run,
    permanently: bool,
    removed: Result<FileState, ApiError>,
}

impl Engine {
    pub(crate) fn delete_run(&mut self, request: RequestRef, number: u64, permanently: bool) {
        match self.run_of(number).and_then(deletable) {
            Ok(run) => {
                let run = Box::new(run);
                self.apply(Event::DeletionRequested { request, run, permanently, now: now() });
            }
            Err(error) => self.reply(request, Err(error)),
        }
    }

    pub(crate) fn begin_deletion(&self, request: RequestRef, run: Run, permanently: bool) {
        let path = path_of(&run);
        let work = move || if permanently { remove(&path) } else { move_to_trash(&path) };
        file_work::begin(&self.incoming, work, move |removed| {
            Incoming::FileDeleted(Box::new(Deletion { request, run, permanently, removed }))
        });
    }

    pub(crate) fn file_deleted(&mut self, deletion: Deletion) {
        let Deletion { request, run, permanently, removed } = deletion;
        let (number, path) = (run.number, path_of(&run));
        let answer = removed.and_then(|state| self.note_deleted(run, state));
        let outcome = match &answer {
            Ok(_) if permanently => "removed for good".to_owned(),
            Ok(_) => "moved to the trash".to_owned(),
            Err(error) => format!("failed: {}", error.message),
        };
        if let Err(error) = self.ledger.audit(now(), "delete-report", &path.display().to_string(), &outcome) {
            tracing::error!("the audit log was not written: {error}");
        }
        self.reply(request, answer);
        self.apply(Event::DeletionEnded { run: number, now: now() });
    }

    fn note_deleted(&mut self, run: Run, state: FileState) -> Result<Reply, ApiError> {
        self.ledger.set_file_state(run.number, state).map_err(|error| ledger_error(&error))?;
        let run = Run { file_state: state, ..run };
        self.publish(&AppEvent::RunChanged(Box::new(run.clone())));
        self.folders.rescan(&run.folder, None);
        Ok(Reply::RunDeleted { run: Box::new(run) })
    }

    /// A door opened this file, so that its next change is the user's own.
    pub(crate) fn note_opened(&mut self, path: &Path) -> Result<Reply, ApiError> {
        let watched = self.folders.watched();
        let found = watched.iter().find_map(|folder| {
            path.strip_prefix(folder).ok().map(|relative| (folder.clone(), relative.to_path_buf()))
        });
        if let Some((folder, relative)) = found {
            self.ledger
                .mark_opened(&folder.display().to_string(), &relative, now())
                .map_err(|error| ledger_error(&error))?;
        }
        Ok(Reply::Done)
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

fn deletable(run: Run) -> Result<Run, ApiError> {
    let number = run.number;
    let refuse = |message: String, hint: &str| {
        Err(ApiError::new(Code::Conflict, message, hint).about(number.to_string()))
    };
    match run.file_state {
        FileState::Present => Ok(run),
        FileState::None if !run.state.is_over() => {
            refuse(format!("run {number} is not over"), "Cancel it first.")
        }
        FileState::None => refuse(format!("run {number} made no file"), "There is nothing to delete."),
        FileState::Missing => refuse(
            format!("the file of run {number} is no longer in its folder"),
            "There is nothing to delete.",
        ),
        FileState::Trashed | FileState::Deleted => {
            refuse(format!("the file of run {number} was deleted already"), "There is nothing to delete.")
        }
    }
}

fn path_of(run: &Run) -> PathBuf {
    PathBuf::from(&run.folder).join(&run.file)
}

fn sidecar_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    Some(path.with_file_name(names::sidecar_name(name)))
}

fn move_to_trash(path: &Path) -> Result<FileState, ApiError> {
    let trashed = trash::delete(path).map_err(|error| {
        tracing::warn!("the trash can't take {}: {error}", path.display());
        ApiError::new(
            Code::Refused,
            "this file can't be moved to the trash",
            "Delete it for good instead; there are 8 seconds to think again.",
        )
        .about(path.display().to_string())
    });
    trashed.map(|()| {
        // The description goes along; without its workbook it means nothing.
        if let Some(sidecar) = sidecar_of(path).filter(|sidecar| sidecar.exists())
            && let Err(error) = trash::delete(&sidecar)
        {
            tracing::warn!("the description beside a deleted report stays: {error}");
        }
        FileState::Trashed
    })
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
