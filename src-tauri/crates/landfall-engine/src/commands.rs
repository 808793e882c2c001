//! What doors ask: answered from the ledger at once, or made an event.

use std::path::PathBuf;

use landfall_core::api::{Command, Reply, RunFilter, RunRequest};
use landfall_core::code::{ApiError, Code};
use landfall_core::names;
use landfall_core::period::PeriodChoice;
use landfall_core::plan::{self, PlannedRun, Surroundings};
use landfall_core::run::{FileState, Run};
use landfall_core::state::{Event, RequestRef};

use crate::engine::{Engine, now};
use crate::{definitions, settings_file};

/// So many reports that asked the same are looked at for one whose file is still there.
const OFFERED: u32 = 50;

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
            Command::DeleteRun { run, permanently } => self.delete_run(request, run, permanently),
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
            Command::StopEngine { even_if_busy } => {
                self.apply(Event::StopRequested { request, even_if_busy, now: now() });
            }
        }
    }

    /// Plans the run; the state takes it from there.
    fn run_report(&mut self, request: RequestRef, asked: &RunRequest, repeats: Option<u64>) {
        if let Some(password) = asked.password.clone() {
            self.secrets.keep_in_memory(&self.settings.database, password.0.into());
        }
        match self.requested_before(asked).map_or_else(|| self.plan(asked, repeats), Ok) {
            Ok(Planned::Before(run)) => {
                let notes = Vec::new();
                self.reply(request, Ok(Reply::RunAccepted { run: Box::new(run), notes }));
            }
            Ok(Planned::Exists(run)) => self.reply(request, Ok(Reply::RunExists { run: Box::new(run) })),
            Ok(Planned::New(planned)) => {
                self.apply(Event::RunRequested { request, planned: Box::new(planned), now: now() });
            }
            Err(error) => self.reply(request, Err(error)),
        }
    }

    /// The run that was made of this very request: a door asks again when the engine died before it answered.
    fn requested_before(&self, asked: &RunRequest) -> Option<Planned> {
        let known = self.ledger.run_of_request(asked.token.as_deref()?).unwrap_or_else(|error| {
            tracing::error!("whether a request came before can't be read: {error}");
            None
        });
        known.map(|run| Planned::Before(self.as_it_stands(run)))
    }

    fn plan(&mut self, asked: &RunRequest, repeats: Option<u64>) -> Result<Planned, ApiError> {
        self.check_database_settings()?;
        let asked = &RunRequest {
            output: asked.output.as_deref().map(|output| self.tidy_path(output)),
            ..asked.clone()
        };
        let found = definitions::find(&self.places.config, asked.definition.as_deref())?;
        let surroundings = Surroundings {
            now: now(),
            system_zone: system_zone(),
            default_folder: self.places.reports_default.display().to_string(),
        };
        let mut planned = plan::plan_run(asked, &found.definition, &self.settings, &surroundings)?;
        if let Some(error) = self.state.refused_as_moving(&planned.run.folder) {
            return Err(error);
        }
        planned.run.repeats = repeats;
        planned.notes.extend(self.problems.iter().map(|problem| {
            format!("settings.toml, line {}: {} {}", problem.line, problem.key, problem.message)
        }));
        if asked.offer_existing
            && let Some(same) = self.existing(&planned.run, asked.output.is_some())?
        {
            return Ok(Planned::Exists(same));
        }
        self.prepare_folder(&planned.run)?;
        let number = self.first_free_number(&planned)?;
        planned.first_free = number;
        let copied = definitions::copy(found, &self.run_folder(number).join("definition"))?;
        planned.run.definition_hash = copied.hash;
        Ok(Planned::New(planned))
    }

    /// A setting of the database that can't be read must not become a report from sample data.
    fn check_database_settings(&self) -> Result<(), ApiError> {
        let bad = self
            .problems
            .iter()
            .find(|problem| problem.key.is_empty() || problem.key.starts_with("database"));
        let Some(problem) = bad else { return Ok(()) };
        Err(ApiError::new(
            Code::Settings,
            format!("settings.toml, line {}: {} {}", problem.line, problem.key, problem.message),
            "Mend the line first: it may decide which database is read.",
        )
        .about(self.places.settings_file.display().to_string()))
    }

    /// The number of the next run, past those whose file lies in the folder already: another ledger may share it.
    fn first_free_number(&self, planned: &PlannedRun) -> Result<u64, ApiError> {
        let folder = PathBuf::from(&planned.run.folder);
        let mut number = self.ledger.next_run().map_err(|error| ledger_error(&error))?;
        let taken = |number| {
            let run = &planned.run;
            let file = names::workbook_name(&planned.pattern, &run.definition, &run.period, number);
            folder.join(names::sidecar_name(&file)).exists() || folder.join(file).exists()
        };
        while taken(number) {
            number += 1;
        }
        Ok(number)
    }

    /// The newest run that asked the same and whose file is still there.
    fn existing(&self, planned: &Run, in_that_folder: bool) -> Result<Option<Run>, ApiError> {
        let same = self.ledger.same_as(planned, OFFERED).map_err(|error| ledger_error(&error))?;
        let is_there = |run: &Run| PathBuf::from(&run.folder).join(&run.file).is_file();
        Ok(same.into_iter().find(|run| (!in_that_folder || run.folder == planned.folder) && is_there(run)))
    }

    /// The default reports folder is made at first use. Any other must be there: one that is missing may be on a
    /// drive that is not plugged in, and is never made anew elsewhere.
    fn prepare_folder(&mut self, run: &Run) -> Result<(), ApiError> {
        let folder = PathBuf::from(&run.folder);
        if folder.is_dir() {
            return Ok(());
        }
        if folder == self.places.reports_default && !self.has_baseline(&run.folder) {
            std::fs::create_dir_all(&folder).map_err(|error| {
                ApiError::new(
                    Code::TargetNotWritable,
                    format!("the reports folder could not be made: {error}"),
                    "Choose another one: landfall settings set reports.folder PATH.",
                )
                .about(run.folder.clone())
            })?;
            self.watch_folders();
            return Ok(());
        }
        Err(ApiError::new(
            Code::FolderMissing,
            format!("the folder \"{}\" is not there", run.folder),
            "Plug its drive in or make the folder again; or choose another one: landfall settings set reports.folder PATH.",
        )
        .about(run.folder.clone()))
    }

    fn has_baseline(&self, folder: &str) -> bool {
        self.ledger.has_baseline(folder).unwrap_or(true)
    }

    fn retry_run(&mut self, request: RequestRef, number: u64, token: Option<String>) {
        let asked = self.run_of(number).map(|run| RunRequest {
            definition: Some(run.definition.clone()),
            timezone: Some(run.timezone.clone()),
            parameters: run.parameters.clone(),
            output: self.output_of(&run),
            token,
            ..RunRequest::new(PeriodChoice::Range {
                start: run.period.from,
                end: run.period.requested_to.unwrap_or(run.period.to),
            })
        });
        match asked {
            Ok(asked) => self.run_report(request, &asked, Some(number)),
            Err(error) => self.reply(request, Err(error)),
        }
    }

    /// The folder a run was sent to, where that is not the reports folder of today.
    fn output_of(&self, run: &Run) -> Option<String> {
        let elsewhere = run.folder != self.reports_folder();
        (elsewhere && PathBuf::from(&run.folder).is_dir()).then(|| run.folder.clone())
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

    fn as_it_stands(&self, run: Run) -> Run {
        match self.state.live_run(run.number) {
            Some(live) => live.clone(),
            None if run.file_state == FileState::Present
                && !self.state.is_at_work_on(&run)
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

enum Planned {
    New(PlannedRun),
    /// The run of this very request.
    Before(Run),
    Exists(Run),
}

/// The zone of this computer; UTC where the system names none.
pub(crate) fn system_zone() -> String {
    let zone = jiff::tz::TimeZone::system();
    match zone.iana_name() {
        // Debian's name for it; people read the short one.
        Some("Etc/UTC") | None => "UTC".to_owned(),
        Some(name) => name.to_owned(),
    }
}

pub(crate) fn ledger_error(error: &landfall_store::Error) -> ApiError {
    ApiError::from(error)
}
