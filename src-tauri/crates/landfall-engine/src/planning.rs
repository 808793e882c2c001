//! From what a door asks to a run: what it would do, whether it was done before, and the folder it needs.

use std::path::{Path, PathBuf};

use landfall_core::api::{Reply, RunRequest};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::RunPlan;
use landfall_core::names;
use landfall_core::period::PeriodChoice;
use landfall_core::plan::{self, PlannedRun, Surroundings};
use landfall_core::run::Run;
use landfall_core::state::{Event, RequestRef};
use landfall_report::definitions::Found;

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};
use crate::{definitions, file_work};

/// So many reports that asked the same are looked at for one whose file is still there.
const OFFERED: u32 = 50;

impl Engine {
    /// Plans the run; the state takes it from there.
    pub(crate) fn run_report(&mut self, request: RequestRef, asked: &RunRequest, repeats: Option<u64>) {
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
        let (found, mut planned) = self.wish(asked)?;
        if let Some(error) = self.state.refused_as_moving(&planned.run.folder) {
            return Err(error);
        }
        planned.run.repeats = repeats;
        if asked.offer_existing
            && let Some(same) =
                self.same_as(&planned.run, asked.output.is_some())?.into_iter().find(file_is_there)
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

    /// What is asked for, as it would be run; nothing is done for it yet.
    fn wish(&self, asked: &RunRequest) -> Result<(Found, PlannedRun), ApiError> {
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
        planned.notes.extend(self.problems.iter().map(|problem| {
            format!("settings.toml, line {}: {} {}", problem.line, problem.key, problem.message)
        }));
        Ok((found, planned))
    }

    /// Answers what a run would do. Whether an earlier report is still there is looked at off the engine's task: the page
    /// asks at every change of its form.
    pub(crate) fn plan_only(&mut self, request: RequestRef, asked: &RunRequest) {
        let planned = self.wish(asked).and_then(|(_, planned)| {
            let about_rows = self.about_rows(&planned.run)?;
            let same = self.same_as(&planned.run, asked.output.is_some())?;
            let (today, notes) = (planned.run.asked_on(), planned.notes);
            let Run { period, timezone, folder, .. } = planned.run;
            Ok((RunPlan { period, timezone, today, folder, about_rows, existing: None, notes }, same))
        });
        let (plan, same) = match planned {
            Ok(planned) => planned,
            Err(error) => return self.reply(request, Err(error)),
        };
        let look = move || {
            let existing = same.iter().find(|run| file_is_there(run)).map(|run| run.number);
            Ok(Reply::Plan(Box::new(RunPlan { existing, ..plan })))
        };
        file_work::begin(&self.incoming, look, move |answer| Incoming::Answer {
            request,
            answer: Box::new(answer),
        });
    }

    fn about_rows(&self, asked: &Run) -> Result<Option<u64>, ApiError> {
        let newest = self.ledger.newest_rows(asked).map_err(|error| ledger_error(&error))?;
        let days = asked.period.from.until(asked.period.to).map_or(0, |span| span.get_days()) + 1;
        let days = u64::try_from(days).unwrap_or(1);
        Ok(newest.map(|(rows, days_before)| plan::about_rows(rows, days_before, days)))
    }

    /// A setting of the database that can't be read must not become a report from sample data.
    pub(crate) fn check_database_settings(&self) -> Result<(), ApiError> {
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

    /// Runs that asked the same and whose file was there when it was last looked at, newest first.
    fn same_as(&self, planned: &Run, in_that_folder: bool) -> Result<Vec<Run>, ApiError> {
        let mut same = self.ledger.same_as(planned, OFFERED).map_err(|error| ledger_error(&error))?;
        same.retain(|run| !in_that_folder || run.folder == planned.folder);
        Ok(same)
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

    pub(crate) fn retry_run(&mut self, request: RequestRef, number: u64, token: Option<String>) {
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
}

enum Planned {
    New(PlannedRun),
    /// The run of this very request.
    Before(Run),
    Exists(Run),
}

fn file_is_there(run: &Run) -> bool {
    Path::new(&run.folder).join(&run.file).is_file()
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
