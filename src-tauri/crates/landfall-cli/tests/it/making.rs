//! `landfall report run`.

use std::sync::{Arc, Mutex};

use landfall_core::api::{AppEvent, Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::run::{Run, RunState};

use crate::engine::{SOON, ScriptedEngine, accepted, failed, shown, succeeded, unexpected};

const RUNNING: RunState = RunState::Running { rows: 500, estimate: Some(1000) };

/// An engine with one run, as it stands at the moment.
fn engine_with_run(state: RunState) -> (ScriptedEngine, Arc<Mutex<Option<Run>>>) {
    let present: Arc<Mutex<Option<Run>>> = Arc::default();
    let of_script = Arc::clone(&present);
    let engine = ScriptedEngine::new(move |command| {
        let mut run = of_script.lock().unwrap();
        match command {
            Command::RunReport(_) => accepted(run.clone().unwrap()),
            Command::ShowRun { .. } => shown(run.clone().unwrap()),
            Command::CancelRun { .. } => {
                let ended_at = "2026-11-20T10:00:00Z".parse().unwrap();
                run.as_mut().unwrap().state = RunState::Cancelled { ended_at };
                Ok(Reply::Done)
            }
            other => unexpected(other),
        }
    });
    *present.lock().unwrap() = Some(engine.run(10_003, state));
    (engine, present)
}

fn asked_to_run(command: &Command) -> bool {
    matches!(command, Command::RunReport(_))
}

#[test]
fn the_path_of_the_workbook_is_all_that_goes_to_standard_output() {
    let (engine, _) = engine_with_run(RUNNING);
    let landfall = engine.landfall("report run --previous-month").spawn();
    engine.wait_until_asked("a run", asked_to_run);
    engine.tell(&AppEvent::RunChanged(Box::new(engine.run(10_003, succeeded()))));
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert_eq!(ended.stdout, format!("{}\n", engine.path_of(10_003)));
    assert!(ended.stderr.contains("Run 10003: Writing rows · 500 rows, about 50%"), "{ended}");
    assert!(ended.stderr.contains("Run 10003 is done: 84,012 rows, 5.1 MB"), "{ended}");
    assert!(!ended.stderr.contains('\u{1b}'), "no colours in a pipe: {ended}");
}

#[test]
fn json_gives_one_value_with_the_run_and_its_file() {
    let (engine, _) = engine_with_run(succeeded());
    let ended = engine.landfall("report run --previous-month --json").run(SOON);
    let value = ended.json();
    assert_eq!(value["file"], engine.path_of(10_003));
    assert_eq!(value["run"]["number"], 10_003);
    assert_eq!(value["run"]["state"], "succeeded");
    assert_eq!(ended.stdout.lines().count(), 1);
}

#[test]
fn no_wait_answers_at_once_with_the_number() {
    let (engine, _) = engine_with_run(RunState::Queued);
    let ended = engine.landfall("report run --current-month --no-wait").run(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (0, "10003\n"), "{ended}");
}

#[test]
fn what_was_typed_reaches_the_engine() {
    let (engine, _) = engine_with_run(succeeded());
    let words = "report run --start-date 2025-01-01 --end-date 2025-01-31 --definition mine --timezone Europe/Rome \
                 --param route=A=B --param x= --output out";
    let password = "s3cr3t";
    let ended = engine
        .landfall(words)
        .env("LANDFALL_DB_PASSWORD", password)
        .current_dir(&engine.home.scratch())
        .run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    let [Command::RunReport(request)] = &engine.asked()[..] else { panic!("{:?}", engine.asked()) };
    assert_eq!(serde_json::to_value(request.choice).unwrap()["start"], "2025-01-01");
    assert_eq!(request.definition.as_deref(), Some("mine"));
    assert_eq!(request.timezone.as_deref(), Some("Europe/Rome"));
    assert_eq!(request.parameters["route"], "A=B");
    assert_eq!(request.parameters["x"], "");
    assert_eq!(request.output, Some(engine.home.scratch().join("out").display().to_string()));
    assert_eq!(request.password.as_ref().unwrap().0, password);
    assert!(!ended.to_string().contains(password));
}

#[test]
fn a_failed_run_tells_cause_hint_and_where_details_are() {
    let error = ApiError::new(Code::DatabaseUnreachable, "nothing answers at db:5432", "Check that it runs.")
        .about("db:5432");
    let (engine, _) = engine_with_run(failed(error));
    let ended = engine.landfall("report run --previous-month").run(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (1, ""), "{ended}");
    for part in [
        "error: nothing answers at db:5432",
        "Check that it runs.",
        "landfall report show 10003 --details",
        "logs",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {ended}");
    }
    let ended = engine.landfall("report run --previous-month --json").run(SOON);
    assert_eq!(ended.code(), 1);
    let value = ended.json();
    assert_eq!(value["error"]["code"], "database-unreachable");
    assert_eq!(value["error"]["hint"], "Check that it runs.");
    assert_eq!(value["error"]["subject"], "db:5432");
    assert_eq!(value["run"]["number"], 10_003);
}

#[test]
fn details_are_redacted() {
    let error = ApiError::new(Code::DatabaseError, "boom in postgres://me:s3cr3t@db/x", "Look.");
    let (engine, _) = engine_with_run(failed(error));
    std::fs::write(
        engine.home.data().join("logs/engine.log"),
        format!("at {}\npassword=s3cr3t\n", engine.home.path().display()),
    )
    .unwrap();
    let ended = engine.landfall("report run --previous-month --details").run(SOON);
    let details = &ended.stderr[ended.stderr.find("--- details to copy ---").unwrap()..];
    assert!(details.contains("code: database-error") && details.contains("  at ~"), "{details}");
    assert!(!details.contains("s3cr3t"), "{details}");
}

#[test]
fn ctrl_c_cancels_this_run_only_and_says_so() {
    let (engine, _) = engine_with_run(RUNNING);
    let landfall = engine.landfall("report run --previous-month").spawn();
    engine.wait_until_asked("a run", asked_to_run);
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (130, ""), "{ended}");
    assert!(ended.stderr.contains("Run 10003 was cancelled; nothing else was stopped"), "{ended}");
    let cancelled: Vec<_> =
        engine.asked().into_iter().filter(|asked| matches!(asked, Command::CancelRun { .. })).collect();
    assert_eq!(cancelled, [Command::CancelRun { run: 10_003 }]);
    assert!(!engine.asked().iter().any(|command| matches!(command, Command::StopEngine { .. })));
}

#[test]
fn a_second_ctrl_c_leaves_at_once() {
    let present: Arc<Mutex<Option<Run>>> = Arc::default();
    let of_script = Arc::clone(&present);
    let engine = ScriptedEngine::new(move |command| match command {
        Command::RunReport(_) => accepted(of_script.lock().unwrap().clone().unwrap()),
        // It takes its time.
        Command::CancelRun { .. } => Ok(Reply::Done),
        Command::ShowRun { .. } => {
            let run = of_script.lock().unwrap().clone().unwrap();
            shown(Run { state: RunState::Cancelling { rows: 500 }, ..run })
        }
        other => unexpected(other),
    });
    *present.lock().unwrap() = Some(engine.run(10_003, RUNNING));
    let landfall = engine.landfall("report run --previous-month").spawn();
    engine.wait_until_asked("a run", asked_to_run);
    landfall.interrupt();
    engine.wait_until_asked("the run after the cancel", |command| matches!(command, Command::ShowRun { .. }));
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 130, "{ended}");
    assert!(ended.stderr.contains("still being cancelled"), "{ended}");
}

#[test]
fn an_engine_that_dies_in_the_middle_is_followed_by_its_successors_word_on_the_run() {
    let (mut engine, _) = engine_with_run(RUNNING);
    let landfall = engine.landfall("report run --previous-month").spawn();
    engine.wait_until_asked("a run", asked_to_run);
    let error =
        ApiError::new(Code::Interrupted, "the engine stopped in the middle of run 10003", "Run it again.");
    let run = engine.run(10_003, failed(error));
    engine.restart(move |command| match command {
        Command::ShowRun { .. } => shown(run.clone()),
        other => unexpected(other),
    });
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 1, "{ended}");
    assert!(ended.stderr.contains("The engine ended; starting it again"), "{ended}");
    assert!(ended.stderr.contains("the engine stopped in the middle of run 10003"), "{ended}");
}

/// An engine on which run 10001 made the same report before.
fn engine_with_existing() -> ScriptedEngine {
    let runs: Arc<Mutex<Vec<Run>>> = Arc::default();
    let of_script = Arc::clone(&runs);
    let engine = ScriptedEngine::new(move |command| {
        let runs = of_script.lock().unwrap();
        match command {
            Command::RunReport(request) if request.offer_existing => {
                Ok(Reply::RunExists { run: Box::new(runs[0].clone()) })
            }
            Command::RunReport(_) => accepted(runs[1].clone()),
            other => unexpected(other),
        }
    });
    *runs.lock().unwrap() = vec![engine.finished_run(10_001, b"x"), engine.run(10_002, succeeded())];
    engine
}

#[test]
fn the_same_report_is_made_again_in_a_pipe_and_that_is_said() {
    let engine = engine_with_existing();
    let ended = engine.landfall("report run --previous-month").run(SOON);
    assert_eq!(ended.stdout, format!("{}\n", engine.path_of(10_002)), "{ended}");
    assert!(ended.stderr.contains("Run 10001 made the same report already"), "{ended}");
    assert!(ended.stderr.contains("--reuse"), "{ended}");
}

#[test]
fn reuse_takes_the_existing_file_and_again_does_not_ask_for_it() {
    let engine = engine_with_existing();
    let ended = engine.landfall("report run --previous-month --reuse").run(SOON);
    assert_eq!(ended.stdout, format!("{}\n", engine.path_of(10_001)), "{ended}");
    let ended = engine.landfall("report run --previous-month --again").run(SOON);
    assert_eq!(ended.stdout, format!("{}\n", engine.path_of(10_002)), "{ended}");
    assert!(!ended.stderr.contains("already"), "{ended}");
}

#[test]
fn on_a_terminal_the_person_decides_about_the_same_report() {
    let engine = engine_with_existing();
    let mut landfall = engine.landfall("report run --previous-month").on_terminal().spawn();
    landfall_tests::until(SOON, "the question", || landfall.stdout().contains("[r] run again"));
    landfall.type_text("c\n");
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 4, "{ended}");

    let mut landfall = engine.landfall("report run --previous-month").on_terminal().spawn();
    landfall_tests::until(SOON, "the question", || landfall.stdout().contains("[r] run again"));
    landfall.type_text("r\n");
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert!(ended.stdout.contains(&engine.path_of(10_002)), "{ended}");
}

#[test]
fn bad_dates_are_named_before_anything_starts() {
    let (engine, _) = engine_with_run(RUNNING);
    let words = "report run --start-date 2025-02-31 --end-date 2025-03-01 --json";
    let ended = engine.landfall(words).run(SOON);
    assert_eq!((ended.code(), &ended.json()["error"]["code"]), (1, &"dates".into()), "{ended}");
    assert!(ended.json()["error"]["message"].as_str().unwrap().contains("2025-02-31"));
    assert_eq!(engine.asked(), []);
}

#[test]
fn a_dry_run_shows_the_plan_and_asks_for_nothing() {
    let engine = ScriptedEngine::new(|command| match command {
        Command::ReadSettings => {
            Ok(Reply::Settings { settings: Box::default(), problems: vec![], path: String::new() })
        }
        other => unexpected(other),
    });
    let words = "report run --start-date 2025-01-01 --end-date 2025-01-31 --timezone UTC --dry-run";
    let ended = engine.landfall(words).run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    for part in [
        "January 2025",
        "sample database",
        "ticketing-report-2025-01-01-to-2025-01-31-RUN.xlsx",
        "kubernetes-reports",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {ended}");
    }
    assert_eq!(engine.asked(), [Command::ReadSettings]);
}
