//! `landfall report list`, `show`, `logs`.

use std::sync::{Arc, Mutex};

use landfall_core::api::{AppEvent, Command, LogLine, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::progress::Level;
use landfall_core::run::RunState;

use crate::engine::{SOON, ScriptedEngine, failed, shown, succeeded, unexpected};

#[test]
fn an_empty_list_says_how_to_make_the_first_report() {
    let engine = ScriptedEngine::new(|_| Ok(Reply::Runs { runs: vec![], total: 0 }));
    let ended = engine.landfall("report list").run(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (0, ""), "{ended}");
    assert!(ended.stderr.contains("landfall report run --previous-month"), "{ended}");
    let ended = engine.landfall("report list --search nothing --json").run(SOON);
    assert_eq!(ended.code(), 3);
    assert_eq!(ended.json()["runs"], serde_json::json!([]));
}

#[test]
fn the_list_is_a_table_that_no_name_can_break() {
    let runs = Arc::new(Mutex::new(vec![]));
    let of_script = Arc::clone(&runs);
    let engine =
        ScriptedEngine::new(move |_| Ok(Reply::Runs { runs: of_script.lock().unwrap().clone(), total: 7 }));
    let mut hostile = engine.run(10_001, RunState::Queued);
    hostile.title = "Evil\u{1b}[2J\nsecond line".to_owned();
    *runs.lock().unwrap() = vec![engine.finished_run(10_002, b"x"), hostile];
    let ended = engine.landfall("report list").run(SOON);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{ended}");
    assert!(lines[0].starts_with("RUN    PERIOD"), "{ended}");
    assert!(
        lines[1].contains("October 2026") && lines[1].contains("84,012") && lines[1].contains("5.1 MB"),
        "{ended}"
    );
    assert!(lines[1].contains("2026-11-20 10:00") && lines[1].contains("ready"), "{ended}");
    assert!(lines[2].contains("Evil\\u{1b}[2J\\nsecond line"), "{ended}");
    assert!(ended.stderr.contains("The newest 2 of 7"), "{ended}");
}

#[test]
fn what_is_not_there_is_exit_code_3() {
    let engine = ScriptedEngine::new(|_| {
        Err(ApiError::new(Code::NotFound, "there is no run 7", "See landfall report list."))
    });
    let ended = engine.landfall("report show 7").run(SOON);
    assert_eq!(ended.code(), 3, "{ended}");
    assert!(ended.stderr.contains("there is no run 7"), "{ended}");
}

#[test]
fn show_tells_phases_and_the_error_with_its_hint() {
    let run = Arc::new(Mutex::new(None));
    let of_script = Arc::clone(&run);
    let engine = ScriptedEngine::new(move |command| match command {
        Command::ShowRun { .. } => shown(of_script.lock().unwrap().clone().unwrap()),
        Command::ReadLog { .. } => Ok(Reply::Log { lines: vec![] }),
        other => unexpected(other),
    });
    let error = ApiError::new(Code::DiskFull, "the disk is full", "Make room.");
    *run.lock().unwrap() = Some(engine.run(10_003, failed(error)));
    let ended = engine.landfall("report show 10003 --details").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    for part in
        ["Writing rows · 3.0 s", "the disk is full (disk-full)", "Make room.", "--- details to copy ---"]
    {
        assert!(ended.stdout.contains(part), "{part}: {ended}");
    }
}

#[test]
fn a_followed_log_is_printed_once_and_ends_with_the_run() {
    let line = |number: u64, message: &str| LogLine {
        number,
        at: "2026-11-22T08:00:00Z".parse().unwrap(),
        level: if number == 2 { Level::Warning } else { Level::Information },
        message: message.to_owned(),
    };
    let log = Arc::new(Mutex::new((vec![line(1, "connected")], None)));
    let of_script = Arc::clone(&log);
    let engine = ScriptedEngine::new(move |command| {
        let log = of_script.lock().unwrap();
        match command {
            Command::ShowRun { .. } => shown(log.1.clone().unwrap()),
            Command::ReadLog { after, .. } => {
                Ok(Reply::Log { lines: log.0.iter().filter(|line| line.number > *after).cloned().collect() })
            }
            other => unexpected(other),
        }
    });
    log.lock().unwrap().1 = Some(engine.run(10_003, RunState::Running { rows: 1, estimate: None }));
    let landfall = engine.landfall("report logs 10003 --follow").spawn();
    landfall.line(SOON, "the first line", |line| line.contains("connected"));
    let second = line(2, "the clock\u{7} jumped");
    log.lock().unwrap().0.push(second.clone());
    engine.tell(&AppEvent::RunLogged { run: 10_003, line: second });
    landfall.line(SOON, "the second line", |line| line.contains("warning: the clock\\u{7} jumped"));
    let over = engine.run(10_003, succeeded());
    log.lock().unwrap().1 = Some(over.clone());
    engine.tell(&AppEvent::RunChanged(Box::new(over)));
    let ended = landfall.wait(SOON);
    assert_eq!((ended.code(), ended.stdout.lines().count()), (0, 2), "{ended}");
}
