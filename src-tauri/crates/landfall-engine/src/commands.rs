//! What doors ask: answered from the ledger at once, or made an event.

use std::path::PathBuf;

use landfall_core::api::{Command, Reply, RunFilter};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::ReportId;
use landfall_core::run::{FileState, Run};
use landfall_core::state::{Event, RequestRef};

use crate::engine::{Engine, now};
use crate::{crash, definitions, settings_file};

impl Engine {
    pub(crate) fn asked(&mut self, request: RequestRef, command: Command) {
        match command {
            Command::Subscribe { presents, announcements_after } => {
                self.subscribe(request, presents, announcements_after);
            }
            Command::Status => {
                let status = self.status();
                self.reply(request, Ok(Reply::Status(status)));
            }
            Command::RunReport(asked) => self.run_report(request, &asked, None),
            Command::RetryRun { run, token } => self.retry_run(request, run, token),
            Command::CancelRun { run } => self.cancel_run(request, run),
            Command::ListRuns(filter) => {
                let answer = self.list_runs(&filter);
                self.reply(request, answer);
            }
            Command::ShowRun { run } => {
                let answer = self.run_of(run).map(|run| Reply::Run { run: Box::new(run) });
                self.reply(request, answer);
            }
            Command::ReadLog { run, after } => {
                let answer = self.run_of(run).and_then(|_| {
                    self.ledger
                        .log(run, after)
                        .map(|lines| Reply::Log { lines })
                        .map_err(|error| ledger_error(&error))
                });
                self.reply(request, answer);
            }
            Command::DeleteReport { id, permanently } => self.delete_report(request, &id, permanently),
            Command::RestoreReport { id } => self.restore_report(request, &id),
            Command::PlanRun(asked) => self.plan_only(request, &asked),
            Command::ListDefinitions => {
                let definitions = definitions::list(&self.places.config);
                self.reply(request, Ok(Reply::Definitions { definitions }));
            }
            Command::ListLibrary(filter) => self.list_library(request, &filter),
            Command::LocateReport { id } => self.locate_report(request, &id),
            Command::MarkSeen { ids } => {
                let answer = self.mark_seen(&ids);
                self.reply(request, answer);
            }
            Command::NoteOpened { path } => {
                let answer = self.note_opened(&PathBuf::from(path));
                self.reply(request, answer);
            }
            Command::Rescan => self.rescan_all(request),
            Command::ReadSettings => {
                let reply = self.settings_reply();
                self.reply(request, Ok(reply));
            }
            Command::ChangeSetting { key, value } => self.change_setting(request, &key, value.as_deref()),
            Command::CheckFolder { folder } => self.check_folder(request, &folder),
            Command::ChangeFolder { folder, existing } => self.change_folder(request, &folder, existing),
            Command::KeepPassword { password, store } => self.keep_password(request, password, store),
            Command::ForgetPassword { all } => self.forget_passwords(request, all),
            Command::StartTask { kind, confirmation } => {
                if let Err(error) = self.check_database_settings() {
                    return self.reply(request, Err(error));
                }
                let connection = Box::new(self.settings.database.clone());
                self.apply(Event::TaskRequested { request, kind, connection, confirmation, now: now() });
            }
            Command::CancelTask { task } => {
                self.apply(Event::TaskCancelRequested { request, task, now: now() });
            }
            Command::MarkCrashesSeen => {
                crash::mark_seen(&self.places.crashes);
                self.reply(request, Ok(Reply::Done));
            }
            Command::StopEngine { even_if_busy } => {
                self.apply(Event::StopRequested { request, even_if_busy, now: now() });
            }
        }
    }

    fn cancel_run(&mut self, request: RequestRef, run: u64) {
        match self.run_of(run) {
            Ok(_) => self.apply(Event::CancelRequested { request, run, now: now() }),
            Err(error) => self.reply(request, Err(error)),
        }
    }

    fn list_runs(&self, filter: &RunFilter) -> Result<Reply, ApiError> {
        let (runs, total) = self.ledger.runs(filter).map_err(|error| ledger_error(&error))?;
        Ok(Reply::Runs { runs: runs.into_iter().map(|run| self.as_it_stands(run)).collect(), total })
    }

    /// The run of that number: what lives is newer in the state than in the ledger.
    pub(crate) fn run_of(&self, number: u64) -> Result<Run, ApiError> {
        if let Some(live) = self.state.live_run(number) {
            return Ok(live.clone());
        }
        let run = self.ledger.run(number).map_err(|error| ledger_error(&error))?;
        run.map(|run| self.as_it_stands(run)).ok_or_else(|| {
            ApiError::new(
                Code::NotFound,
                format!("there is no run {number}"),
                "See landfall report list for the runs there are.",
            )
            .about(number.to_string())
        })
    }

    pub(crate) fn as_it_stands(&self, run: Run) -> Run {
        match self.state.live_run(run.number) {
            Some(live) => live.clone(),
            None if run.file_state == FileState::Present
                && !self.state.is_at_work_on(&ReportId::Run(run.number), &run.folder)
                && !PathBuf::from(&run.folder).join(&run.file).exists() =>
            {
                Run { file_state: FileState::Missing, ..run }
            }
            None => run,
        }
    }

    fn settings_reply(&self) -> Reply {
        Reply::Settings {
            settings: Box::new(self.settings.clone()),
            problems: self.problems.clone(),
            path: self.places.settings_file.display().to_string(),
        }
    }

    fn change_setting(&mut self, request: RequestRef, key: &str, value: Option<&str>) {
        let changed = match self.state.refused_as_changing_folder() {
            Some(error) if ["reports.folder", "reports.also-watch"].contains(&key) => Err(error.about(key)),
            _ => settings_file::change(&self.places.settings_file, key, value),
        };
        if changed.is_ok() {
            self.load_settings();
        }
        let answer = changed.map(|()| self.settings_reply());
        self.reply(request, answer);
    }

    pub(crate) fn run_folder(&self, run: u64) -> PathBuf {
        self.places.runs.join(run.to_string())
    }
}

pub(crate) fn ledger_error(error: &landfall_store::Error) -> ApiError {
    ApiError::from(error)
}
