//! `landfall db`.

use std::io::{IsTerminal, Read};

use landfall_core::api::{Command, Password, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::database::{DatabaseFacts, TaskKind};
use landfall_core::plan;
use landfall_core::run::DatabaseUsed;
use landfall_door::{Session, unexpected};
use serde_json::json;

use crate::arguments::{DatabaseCommand, PasswordCommand};
use crate::clock;
use crate::error::{Error, Exit, Outcome};
use crate::following::work_on_database;
use crate::output::words;
use crate::question;
use crate::session::{self, Surroundings};

/// The variable that gives the password where there is no key store (contract, "Secrets").
const PASSWORD_VARIABLE: &str = "LANDFALL_DB_PASSWORD";

pub(crate) fn password_from_environment() -> Option<Password> {
    std::env::var(PASSWORD_VARIABLE).ok().filter(|password| !password.is_empty()).map(Password)
}

pub(crate) async fn carry_out(around: &Surroundings, command: DatabaseCommand) -> Outcome {
    match command {
        DatabaseCommand::Test(save) => look(around, save.save, false).await,
        DatabaseCommand::Status(save) => look(around, save.save, true).await,
        DatabaseCommand::Migrate { writing } => {
            change(around, TaskKind::Migrate, None, writing.save.save, writing.dry_run).await
        }
        DatabaseCommand::Sample { writing, name } => {
            change(around, TaskKind::LoadSample, name, writing.save.save, writing.dry_run).await
        }
        DatabaseCommand::Password(PasswordCommand::Set) => keep_password(around).await,
        DatabaseCommand::Password(PasswordCommand::Forget) => {
            let mut session = session::open(around).await?;
            session.ask(Command::ForgetPassword { all: false }).await?;
            done(around, "The password is forgotten.", &json!({ "forgotten": true }))
        }
    }
}

async fn look(around: &Surroundings, save: bool, judge: bool) -> Outcome {
    let mut session = session::open(around).await?;
    let (_, facts) = work(around, &mut session, TaskKind::Test, None, save).await?;
    let healthy = facts.migrations_pending.is_empty();
    if around.output.json {
        around.output.json(&json!({ "database": facts, "healthy": healthy }))?;
    } else {
        show(around, &facts)?;
    }
    if judge && !healthy {
        around.output.note("The tables are not up to date: landfall db migrate");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Done)
}

fn show(around: &Surroundings, facts: &DatabaseFacts) -> Result<(), Error> {
    let zone = clock::zone();
    let range = match (facts.first_created_at, facts.last_created_at) {
        (Some(first), Some(last)) => {
            format!("{} to {}", words::exactly(first, &zone), words::exactly(last, &zone))
        }
        _ => "(no tickets)".to_owned(),
    };
    let migrations = if facts.migrations_pending.is_empty() {
        format!("{} applied, none pending", facts.migrations_applied.len())
    } else {
        format!("pending: {}", facts.migrations_pending.join(", "))
    };
    let mut shown = vec![
        ("database", words::database(&facts.database)),
        ("server", facts.server_version.clone()),
        ("name", facts.name.clone()),
        ("user", facts.user.clone()),
        ("encrypted", if facts.encrypted { "yes" } else { "no" }.to_owned()),
        ("tickets from", range),
        ("migrations", migrations),
    ];
    shown.extend(facts.tables.iter().map(|table| {
        let about = if table.estimated { "about " } else { "" };
        ("rows", format!("{}: {about}{}", table.name, words::count(table.rows)))
    }));
    shown.push(("answered in", format!("{} ms", facts.took_ms)));
    around.output.facts(&shown)
}

async fn change(
    around: &Surroundings,
    kind: TaskKind,
    name: Option<String>,
    save: bool,
    dry_run: bool,
) -> Outcome {
    let mut session = session::open(around).await?;
    if dry_run {
        return plan_change(around, &mut session, kind, save).await;
    }
    let outcome = match work(around, &mut session, kind, name, save).await {
        // Not empty: it takes its name, typed.
        Err(Error::Refused(error)) if error.code == Code::Refused && kind == TaskKind::LoadSample => {
            if !around.output.can_ask {
                return Err(error.into());
            }
            around.output.note(&error.message);
            let hint = "Add --name with the name of the database.";
            let typed =
                question::typed(around, "Type the name of the database to fill it all the same:", hint)
                    .await?;
            work(around, &mut session, kind, Some(typed), save).await
        }
        other => other,
    };
    let (message, facts) = outcome?;
    done(around, &message, &json!({ "message": message, "database": facts }))
}

/// `--dry-run`: what is there, and what would be done with it.
async fn plan_change(around: &Surroundings, session: &mut Session, kind: TaskKind, save: bool) -> Outcome {
    let (_, facts) = work(around, session, TaskKind::Test, None, save).await?;
    let pending = &facts.migrations_pending;
    let would = match kind {
        TaskKind::LoadSample => {
            let filled: Vec<_> =
                facts.tables.iter().filter(|table| table.rows > 0).map(|table| table.name.as_str()).collect();
            let there = if filled.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("it is not empty ({}), so that its name must be typed", filled.join(", "))
            };
            format!("Sample rows would be loaded into {}; {there}.", words::database(&facts.database))
        }
        _ if pending.is_empty() => "The tables are up to date; nothing would be done.".to_owned(),
        _ => format!("These migrations would be applied: {}.", pending.join(", ")),
    };
    done(
        around,
        &format!("{would} Nothing was done."),
        &json!({ "dryRun": true, "would": would, "database": facts }),
    )
}

/// Works on the database with the password of the environment; asks for one where one is missing.
async fn work(
    around: &Surroundings,
    session: &mut Session,
    kind: TaskKind,
    confirmation: Option<String>,
    save: bool,
) -> Result<(String, DatabaseFacts), Error> {
    if let Some(password) = password_from_environment() {
        session.ask(Command::KeepPassword { password, store: save }).await?;
    }
    session.subscribe(false).await?;
    match work_on_database(around, session, kind, confirmation.clone()).await {
        Err(Error::Refused(ApiError { code: Code::PasswordNeeded, .. })) if around.output.can_ask => {
            ask_for_password(around, session, save).await?;
            work_on_database(around, session, kind, confirmation).await
        }
        other => other,
    }
}

/// Asks the person for the password of the server in the settings, and keeps it for this start of the engine; in
/// the key store with `save`.
pub(crate) async fn ask_for_password(
    around: &Surroundings,
    session: &mut Session,
    save: bool,
) -> Result<(), Error> {
    let database = server(session).await?;
    let password =
        question::password(around, &format!("Password for {}:", words::database(&database))).await?;
    match session.ask(Command::KeepPassword { password, store: save }).await? {
        Reply::PasswordKept { in_key_store: false } if save => {
            around.output.warning("there is no key store; the password is kept until the engine ends");
            Ok(())
        }
        Reply::PasswordKept { .. } => Ok(()),
        other => Err(unexpected(&other).into()),
    }
}

async fn server(session: &mut Session) -> Result<DatabaseUsed, Error> {
    match session.ask(Command::ReadSettings).await? {
        Reply::Settings { settings, .. } => Ok(plan::database_used(&settings.database)),
        other => Err(unexpected(&other).into()),
    }
}

async fn keep_password(around: &Surroundings) -> Outcome {
    let mut session = session::open(around).await?;
    let database = server(&mut session).await?;
    if database == DatabaseUsed::Sample {
        return Err(ApiError::new(
            Code::Conflict,
            "the sample database of this computer has no password",
            "Name your own server first: landfall settings set database.source server",
        )
        .into());
    }
    let password = match password_from_environment() {
        Some(password) => password,
        None if std::io::stdin().is_terminal() => {
            question::password(around, &format!("Password for {}:", words::database(&database))).await?
        }
        None => password_from_input()?,
    };
    match session.ask(Command::KeepPassword { password, store: true }).await? {
        Reply::PasswordKept { in_key_store: true } => {
            done(around, "The password is in the key store of this computer.", &json!({ "inKeyStore": true }))
        }
        Reply::PasswordKept { in_key_store: false } => {
            let text = "This computer has no key store; the password is kept until the engine ends. \
                        Set LANDFALL_DB_PASSWORD where it is needed longer.";
            done(around, text, &json!({ "inKeyStore": false }))
        }
        other => Err(unexpected(&other).into()),
    }
}

/// The first line of standard input.
fn password_from_input() -> Result<Password, Error> {
    /// No server takes longer ones; a file given by mistake is not read whole.
    const LONGEST_BYTES: u64 = 64 * 1024;
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_BYTES)
        .read_to_string(&mut text)
        .map_err(Error::file("standard input".as_ref()))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        let hint = "Type it on a terminal, pipe it into this command, or set LANDFALL_DB_PASSWORD.";
        return Err(ApiError::new(Code::PasswordNeeded, "no password was given", hint).into());
    }
    Ok(Password(line.to_owned()))
}

fn done(around: &Surroundings, text: &str, value: &serde_json::Value) -> Outcome {
    if around.output.json {
        around.output.json(value)?;
    } else {
        around.output.line(text)?;
    }
    Ok(Exit::Done)
}
