//! Work on finished files that may take long on a slow drive: deleting one or bringing it back, moving all to another
//! folder.

use super::{Effect, FileWork, FolderChange, ReportFile, RequestRef, State};
use crate::code::{ApiError, Code};
use crate::library::ReportId;

impl State {
    pub(super) fn request_file_work(
        &mut self,
        request: RequestRef,
        work: FileWork,
        file: Box<ReportFile>,
        effects: &mut Vec<Effect>,
    ) {
        let refused = self.refused_as_ending().or_else(|| {
            if let Some(present) = self.working_on.get(&file.report) {
                let message = format!("this report is being {} already", present.past());
                return Some(ApiError::new(Code::Conflict, message, "Wait a moment, then look again."));
            }
            self.refused_as_moving(&file.folder)
        });
        if let Some(error) = refused {
            let answer = Box::new(Err(error.about(file.report.to_string())));
            effects.push(Effect::Reply { request, answer });
            return;
        }
        self.working_on.insert(file.report.clone(), work);
        effects.push(Effect::WorkOnFile { request, work, file });
    }

    pub(super) fn file_work_ended(&mut self, report: &ReportId, effects: &mut Vec<Effect>) {
        self.working_on.remove(report);
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
            } else if let Some(work) = self.working_on.values().next() {
                let message = format!("a report is being {}", work.past());
                conflict(&message, "Wait a moment, then change the folder.")
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

    /// Whether the file of `report` may be gone from `folder`, its place, because Landfall itself is at it.
    pub fn is_at_work_on(&self, report: &ReportId, folder: &str) -> bool {
        self.is_working_on(report) || self.refused_as_moving(folder).is_some()
    }

    /// Whether the file of `report` is being deleted or restored.
    pub fn is_working_on(&self, report: &ReportId) -> bool {
        self.working_on.contains_key(report)
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
            (!self.working_on.is_empty(), "a report that is being deleted or restored"),
        ];
        other.into_iter().find_map(|(is, words)| is.then(|| words.to_owned()))
    }
}

impl FileWork {
    /// As in "is being …".
    fn past(self) -> &'static str {
        match self {
            Self::Trash | Self::Remove => "deleted",
            Self::Restore => "restored",
        }
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
