//! Work on finished files that may take long on a slow drive: deleting one, moving all to another folder.

use super::{Effect, FolderChange, RequestRef, State};
use crate::code::{ApiError, Code};
use crate::run::Run;

impl State {
    pub(super) fn request_deletion(
        &mut self,
        request: RequestRef,
        run: Run,
        permanently: bool,
        effects: &mut Vec<Effect>,
    ) {
        let number = run.number;
        let refused = self.refused_as_ending().or_else(|| {
            if self.deleting.contains(&number) {
                let message = format!("the file of run {number} is being deleted already");
                return Some(ApiError::new(Code::Conflict, message, "There is nothing more to do."));
            }
            self.refused_as_moving(&run.folder)
        });
        if let Some(error) = refused {
            let answer = Box::new(Err(error.about(number.to_string())));
            effects.push(Effect::Reply { request, answer });
            return;
        }
        self.deleting.insert(number);
        effects.push(Effect::DeleteFile { request, run: Box::new(run), permanently });
    }

    pub(super) fn deletion_ended(&mut self, run: u64, effects: &mut Vec<Effect>) {
        self.deleting.remove(&run);
        self.end_when_stopped(effects);
    }

    pub(super) fn request_folder_change(
        &mut self,
        request: RequestRef,
        change: FolderChange,
        effects: &mut Vec<Effect>,
    ) {
        let conflict = |message: &str, hint: &str| Some(ApiError::new(Code::Conflict, message, hint));
        let refused = self.refused_as_ending().or_else(|| {
            if !self.live.is_empty() {
                let message = "a run is writing into the present reports folder";
                conflict(message, "Wait for it or cancel it, then change the folder.")
            } else if !self.deleting.is_empty() {
                conflict("a report is being deleted", "Wait until it is gone, then change the folder.")
            } else {
                self.refused_as_changing_folder()
            }
        });
        if let Some(error) = refused {
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        }
        self.folder_change = Some(change.clone());
        effects.push(Effect::ChangeFolder { request, change: Box::new(change) });
    }

    pub(super) fn folder_change_ended(&mut self, effects: &mut Vec<Effect>) {
        self.folder_change = None;
        self.end_when_stopped(effects);
    }

    /// Whether the file of `run` may be gone from its place because Landfall itself is at it.
    pub fn is_at_work_on(&self, run: &Run) -> bool {
        self.deleting.contains(&run.number) || self.refused_as_moving(&run.folder).is_some()
    }

    /// Why the reports folder can't be changed at the moment: a change of it is under way.
    pub fn refused_as_changing_folder(&self) -> Option<ApiError> {
        self.folder_change.as_ref().map(moving)
    }

    /// Why nothing may be done with the files in `folder` at the moment.
    pub fn refused_as_moving(&self, folder: &str) -> Option<ApiError> {
        self.folder_change.as_ref().filter(|change| change.from == folder || change.to == folder).map(moving)
    }

    /// Why an engine that is ending begins nothing.
    pub(super) fn refused_as_ending(&self) -> Option<ApiError> {
        let reason = self.stopping.as_ref()?;
        Some(ApiError::new(
            Code::Conflict,
            format!("the engine is ending because {reason}"),
            "Try again in a few seconds.",
        ))
    }

    /// What an end of the engine would cut short, in words; `None` when nothing is under way.
    pub fn busy_with(&self) -> Option<String> {
        if !self.live.is_empty() {
            let runs: Vec<String> = self.live.keys().map(u64::to_string).collect();
            return Some(format!("run {}", runs.join(", ")));
        }
        let other = [
            (!self.tasks.is_empty(), "work on the database"),
            (self.folder_change.is_some(), "the change of the reports folder"),
            (!self.deleting.is_empty(), "a deletion"),
        ];
        other.into_iter().find_map(|(is, words)| is.then(|| words.to_owned()))
    }
}

fn moving(change: &FolderChange) -> ApiError {
    ApiError::new(
        Code::Conflict,
        format!("the reports folder is being changed from \"{}\" to \"{}\"", change.from, change.to),
        "Wait until the reports have moved, then try again.",
    )
    .about(change.to.clone())
}

impl FolderChange {
    /// The error of a change that the end of the engine cut short.
    pub fn interrupted(&self, moved: u64) -> ApiError {
        ApiError::new(
            Code::Interrupted,
            format!("Landfall stopped while the reports moved; {moved} are in the new folder"),
            "Change the folder again; what has moved stays there.",
        )
        .about(self.to.clone())
    }
}
