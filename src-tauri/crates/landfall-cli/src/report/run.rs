//! `landfall report run` and `retry`.

use std::collections::BTreeMap;

use landfall_core::api::{Command, Reply, RunRequest};
use landfall_core::code::{ApiError, Code};
use landfall_core::definition::{BUILT_IN, Definition, SQL_FILE, TOML_FILE};
use landfall_core::names;
use landfall_core::period::{PeriodChoice, parse_date};
use landfall_core::plan::{self, refused_dates};
use landfall_core::run::{Run, RunState};
use landfall_door::{Session, opening, token, unexpected};
use serde_json::json;

use crate::arguments::{PeriodArguments, Retry, RunArguments, Waiting, absolute};
use crate::clock;
use crate::database;
use crate::error::{Error, Exit, Outcome};
use crate::following::{ask_for_run, file_of, follow_run};
use crate::interrupts::Interruptions;
use crate::output::{escape::safe, words};
use crate::question::{self, Choice};
use crate::report::INSTEAD_OF_OPENING;
use crate::session::{self, Surroundings};

pub(crate) async fn make(around: &Surroundings, arguments: RunArguments) -> Outcome {
    let request = request(around, &arguments)?;
    let mut session = session::open(around).await?;
    if arguments.dry_run {
        return show_plan(around, &mut session, &request).await;
    }
    session.subscribe(false).await?;
    // Before the run is asked for, so that no Ctrl+C falls in between.
    let mut interruptions = around.interrupts.take();
    let offered = RunRequest { offer_existing: !arguments.again, ..request.clone() };
    let reply = match ask_for_run(&mut session, Command::RunReport(offered), &mut interruptions).await? {
        Reply::RunExists { run } => {
            if let Some(exit) = settle_existing(around, &mut session, &arguments, &run).await? {
                return Ok(exit);
            }
            let again = Command::RunReport(RunRequest { offer_existing: false, ..request });
            ask_for_run(&mut session, again, &mut interruptions).await?
        }
        other => other,
    };
    finish(around, &mut session, &mut interruptions, reply, arguments.waiting).await
}

pub(crate) async fn make_again(around: &Surroundings, arguments: &Retry) -> Outcome {
    let mut session = session::open(around).await?;
    session.subscribe(false).await?;
    let mut interruptions = around.interrupts.take();
    if let Some(password) = database::password_from_environment() {
        session.ask(Command::KeepPassword { password, store: false }).await?;
    }
    let retry = Command::RetryRun { run: arguments.run, token: token() };
    let reply = ask_for_run(&mut session, retry, &mut interruptions).await?;
    finish(around, &mut session, &mut interruptions, reply, arguments.waiting).await
}

fn request(around: &Surroundings, arguments: &RunArguments) -> Result<RunRequest, Error> {
    let output = arguments.output.as_deref().map(|typed| {
        let path = absolute(typed, &around.places.home).map_err(Error::file(typed.as_ref()))?;
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) && !path.is_dir() {
            let hint =
                "Name a folder; the name of the file follows from the run, so that no file is overwritten.";
            return Err(Error::usage(format!("--output takes a folder, not a file: {typed}"), hint));
        }
        Ok(path.display().to_string())
    });
    let mut parameters = BTreeMap::new();
    for (name, value) in &arguments.parameters {
        if parameters.insert(name.clone(), value.clone()).is_some() {
            return Err(Error::usage(format!("--param {name} is given twice"), "Give each parameter once."));
        }
    }
    Ok(RunRequest {
        definition: arguments.definition.clone(),
        choice: choice(&arguments.period)?,
        timezone: arguments.timezone.clone(),
        parameters,
        output: output.transpose()?,
        offer_existing: false,
        password: database::password_from_environment(),
        token: token(),
    })
}

fn choice(period: &PeriodArguments) -> Result<PeriodChoice, Error> {
    let date = |text: &str| parse_date(text).map_err(|error| refused_dates(&error));
    Ok(match (&period.start_date, &period.end_date) {
        (Some(start), Some(end)) => PeriodChoice::Range { start: date(start)?, end: date(end)? },
        _ if period.current_month => PeriodChoice::CurrentMonth,
        _ => PeriodChoice::PreviousMonth,
    })
}

/// What a person wants with a report that exists already.
enum Wish {
    Open,
    Again,
    Leave,
}

/// The same report was made before: what now? `None` to make it again.
async fn settle_existing(
    around: &Surroundings,
    session: &mut Session,
    arguments: &RunArguments,
    run: &Run,
) -> Result<Option<Exit>, Error> {
    let path = file_of(run);
    if arguments.reuse {
        return show_result(around, run, &[], true).map(Some);
    }
    if !around.output.can_ask || around.global.yes {
        around.output.note(&format!(
            "Run {} made the same report already ({}); it is made again. --reuse takes the existing one.",
            run.number,
            path.display()
        ));
        return Ok(None);
    }
    let ended =
        run.state.ended_at().map(|at| words::moment(at, clock::now(), &clock::zone())).unwrap_or_default();
    let question = format!("The same report exists already, finished {ended}: {}", path.display());
    let choices = vec![
        Choice { letter: 'o', words: "open it", value: Wish::Open },
        Choice { letter: 'r', words: "run again", value: Wish::Again },
        Choice { letter: 'c', words: "cancel", value: Wish::Leave },
    ];
    match question::choose(around, &question, choices, "Add --reuse or --again.").await? {
        Wish::Again => Ok(None),
        Wish::Leave => Err(Error::Declined("no report was made".to_owned())),
        Wish::Open => {
            let exit = show_result(around, run, &[], true)?;
            session.ask(Command::NoteOpened { path: path.display().to_string() }).await?;
            opening::open_workbook(&path, INSTEAD_OF_OPENING).await?;
            Ok(Some(exit))
        }
    }
}

async fn finish(
    around: &Surroundings,
    session: &mut Session,
    interruptions: &mut Interruptions,
    reply: Reply,
    waiting: Waiting,
) -> Outcome {
    let Reply::RunAccepted { run, notes } = reply else { return Err(unexpected(&reply).into()) };
    for note in &notes {
        around.output.note(note);
    }
    if waiting.no_wait && !waiting.wait {
        if around.output.json {
            around.output.json(&json!({ "run": run, "notes": notes }))?;
        } else {
            around.output.line(&run.number.to_string())?;
        }
        return Ok(Exit::Done);
    }
    let run = match follow_run(around, session, interruptions, *run).await {
        Err(Error::Run { run, error }) if error.code == Code::PasswordNeeded && around.output.can_ask => {
            database::ask_for_password(around, session, false).await?;
            match session.ask(Command::RetryRun { run: run.number, token: token() }).await? {
                Reply::RunAccepted { run, .. } => follow_run(around, session, interruptions, *run).await?,
                other => return Err(unexpected(&other).into()),
            }
        }
        other => other?,
    };
    show_result(around, &run, &notes, false)
}

fn show_result(around: &Surroundings, run: &Run, notes: &[String], reused: bool) -> Outcome {
    let path = file_of(run);
    if around.output.json {
        let file = path.display().to_string();
        around.output.json(&json!({ "run": run, "file": file, "notes": notes, "reused": reused }))?;
        return Ok(Exit::Done);
    }
    if let RunState::Succeeded { rows, bytes, .. } = &run.state
        && !reused
    {
        around.output.note(&format!(
            "Run {} is done: {}, {}, {}.",
            run.number,
            words::counted(*rows, "row", "rows"),
            words::bytes(*bytes),
            words::duration(run.worked(clock::now())),
        ));
    }
    around.output.path(&path)?;
    Ok(Exit::Done)
}

/// `--dry-run`: what would be made. Planned here by the engine's own rule, with the engine's settings.
async fn show_plan(around: &Surroundings, session: &mut Session, request: &RunRequest) -> Outcome {
    let settings = match session.ask(Command::ReadSettings).await? {
        Reply::Settings { settings, .. } => settings,
        other => return Err(unexpected(&other).into()),
    };
    let definition = definition(around, request.definition.as_deref())?;
    let surroundings = plan::Surroundings {
        now: clock::now(),
        system_zone: clock::zone().iana_name().unwrap_or("UTC").to_owned(),
        default_folder: around.places.reports_default.display().to_string(),
    };
    let planned = plan::plan_run(request, &definition, &settings, &surroundings)?;
    let run = planned.run;
    let file = names::workbook_name(&planned.pattern, &run.definition, &run.period, 0)
        .replace("-0.xlsx", "-RUN.xlsx");
    if around.output.json {
        around.output.json(&json!({
            "dryRun": true, "definition": run.definition, "title": run.title, "period": run.period,
            "timezone": run.timezone, "parameters": run.parameters, "database": run.database,
            "folder": run.folder, "file": file, "notes": planned.notes,
        }))?;
        return Ok(Exit::Done);
    }
    for note in &planned.notes {
        around.output.note(note);
    }
    around.output.note("Nothing was made; this is what would be:");
    around.output.facts(&[
        ("report", format!("{} ({})", run.title, run.definition)),
        ("period", format!("{} ({}, both inclusive)", words::period(&run.period), run.period)),
        ("zone", run.timezone.clone()),
        ("database", words::database(&run.database)),
        ("folder", safe(&run.folder).into_owned()),
        ("file", file),
    ])?;
    Ok(Exit::Done)
}

fn definition(around: &Surroundings, name: Option<&str>) -> Result<Definition, Error> {
    let parse = |toml: &str, sql: &str| {
        Definition::parse(toml, sql).map_err(|error| {
            Error::from(
                ApiError::new(Code::Definition, error.to_string(), error.hint.clone()).about(error.file),
            )
        })
    };
    let Some(name) = name.filter(|name| *name != BUILT_IN) else {
        let (toml, sql) = Definition::built_in_files();
        return parse(toml, sql);
    };
    if !names::is_definition_name(name) {
        let hint = "Names are lower-case letters, digits and hyphens.";
        return Err(Error::usage(format!("\"{name}\" is not a name of a definition"), hint));
    }
    let folder = around.places.definitions.join(name);
    let read =
        |file: &str| std::fs::read_to_string(folder.join(file)).map_err(Error::file(&folder.join(file)));
    parse(&read(TOML_FILE)?, &read(SQL_FILE)?)
}
