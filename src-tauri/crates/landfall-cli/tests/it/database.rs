//! `landfall db`.

use landfall_core::api::{AppEvent, Command, Password, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::database::{DatabaseFacts, TableFacts, TaskKind, TaskProgress, TaskState};
use landfall_core::run::DatabaseUsed;
use landfall_core::settings::{DatabaseSource, Settings};

use crate::engine::{SOON, ScriptedEngine, unexpected};

fn facts(pending: &[&str]) -> DatabaseFacts {
    DatabaseFacts {
        database: DatabaseUsed::Server {
            host: "db".into(),
            port: 5432,
            name: "traindb".into(),
            user: "ada".into(),
        },
        server_version: "17.2".to_owned(),
        name: "traindb".to_owned(),
        user: "ada".to_owned(),
        first_created_at: Some("2025-10-18T00:00:00Z".parse().unwrap()),
        last_created_at: Some("2026-11-21T23:59:00Z".parse().unwrap()),
        tables: vec![TableFacts { name: "tickets".to_owned(), rows: 50_000, estimated: true }],
        migrations_applied: vec!["V1__ticketing".to_owned()],
        migrations_pending: pending.iter().map(|name| (*name).to_owned()).collect(),
        encrypted: true,
        took_ms: 12,
    }
}

/// An engine whose tasks end as the test says.
fn engine(mut end: impl FnMut(TaskKind, Option<&str>) -> TaskState + Send + 'static) -> ScriptedEngine {
    ScriptedEngine::with_events(move |command, events| match command {
        Command::StartTask { kind, confirmation } => {
            for state in [
                TaskState::Queued,
                TaskState::Running { done: 3, total: 400 },
                end(*kind, confirmation.as_deref()),
            ] {
                events.push(AppEvent::TaskChanged(TaskProgress { task: 1, kind: *kind, state }));
            }
            Ok(Reply::TaskStarted { task: 1 })
        }
        Command::KeepPassword { .. } => Ok(Reply::PasswordKept { in_key_store: false }),
        Command::CancelTask { .. } | Command::ForgetPassword { .. } => Ok(Reply::Done),
        Command::ReadSettings => {
            let mut settings = Settings::default();
            settings.database.source = DatabaseSource::Server;
            Ok(Reply::Settings { settings: Box::new(settings), problems: vec![], path: String::new() })
        }
        other => unexpected(other),
    })
}

fn succeeded(message: &str, pending: &[&str]) -> TaskState {
    TaskState::Succeeded { message: message.to_owned(), facts: Box::new(facts(pending)) }
}

fn refused(code: Code) -> TaskState {
    TaskState::Failed { error: ApiError::new(code, "no", "Do something.") }
}

#[test]
fn a_test_tells_range_and_rows() {
    let engine = engine(|_, _| succeeded("The database answers.", &[]));
    let ended = engine.landfall("db test").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    for part in
        ["traindb on db:5432 as ada", "2025-10-18 00:00:00", "2026-11-21 23:59:00", "tickets: about 50,000"]
    {
        assert!(ended.stdout.contains(part), "{part}: {ended}");
    }
    assert_eq!(engine.landfall("db test --json").run(SOON).json()["database"]["tables"][0]["rows"], 50_000);
}

#[test]
fn pending_migrations_make_the_status_unhealthy_but_not_the_test() {
    let engine = engine(|_, _| succeeded("", &["V2__more"]));
    let ended = engine.landfall("db status --json").run(SOON);
    assert_eq!((ended.code(), &ended.json()["healthy"]), (3, &false.into()), "{ended}");
    assert_eq!(engine.landfall("db test").run(SOON).code(), 0);
}

#[test]
fn the_password_of_the_environment_is_given_to_the_engine_and_shown_nowhere() {
    let engine = engine(|_, _| succeeded("", &[]));
    let ended = engine.landfall("db test --save").env("LANDFALL_DB_PASSWORD", "s3cr3t").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    let kept = Command::KeepPassword { password: Password("s3cr3t".to_owned()), store: true };
    assert_eq!(engine.asked()[0], kept);
    assert!(!ended.to_string().contains("s3cr3t"));
}

#[test]
fn without_a_password_and_a_terminal_the_hint_says_what_to_do() {
    let engine = engine(|_, _| refused(Code::PasswordNeeded));
    let ended = engine.landfall("db test --json").run(SOON);
    assert_eq!((ended.code(), &ended.json()["error"]["code"]), (1, &"password-needed".into()), "{ended}");
}

#[test]
fn on_a_terminal_the_password_is_asked_for_and_not_echoed() {
    let mut tries = 0;
    let engine = engine(move |_, _| {
        tries += 1;
        if tries == 1 { refused(Code::PasswordNeeded) } else { succeeded("", &[]) }
    });
    let mut landfall = engine.landfall("db test").on_terminal().spawn();
    landfall_tests::until(SOON, "the question", || {
        landfall.stdout().contains("Password for traindb on localhost:5432")
    });
    // The question is printed a moment before the echo goes; what is typed is read in any case.
    landfall.type_text("s3cr3t\n");
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    let kept = Command::KeepPassword { password: Password("s3cr3t".to_owned()), store: false };
    assert!(engine.asked().contains(&kept), "{:?}", engine.asked());
}

#[test]
fn a_password_can_be_piped_in_to_be_kept() {
    let engine = engine(|_, _| succeeded("", &[]));
    let ended = engine.landfall("db password set --json").input("s3cr3t\n").run(SOON);
    assert_eq!((ended.code(), &ended.json()["inKeyStore"]), (0, &false.into()), "{ended}");
    assert!(
        engine
            .asked()
            .contains(&Command::KeepPassword { password: Password("s3cr3t".to_owned()), store: true })
    );
}

#[test]
fn a_database_that_is_not_empty_wants_its_name_typed() {
    let engine =
        engine(
            |_, typed| {
                if typed == Some("traindb") { succeeded("Loaded.", &[]) } else { refused(Code::Refused) }
            },
        );
    let ended = engine.landfall("db sample").run(SOON);
    assert_eq!(ended.code(), 4, "{ended}");
    let ended = engine.landfall("db sample --name traindb").run(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (0, "Loaded.\n"), "{ended}");
}

#[test]
fn ctrl_c_cancels_the_task() {
    let engine = engine(|_, _| TaskState::Running { done: 4, total: 400 });
    let landfall = engine.landfall("db migrate").spawn();
    engine.wait_until_asked("the task", |command| matches!(command, Command::StartTask { .. }));
    landfall_tests::until(SOON, "progress", || landfall.stderr().contains("Migrating the database"));
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 130, "{ended}");
    assert!(engine.asked().contains(&Command::CancelTask { task: 1 }));
}
