//! `landfall report delete`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::run::{FileState, Run};

use crate::engine::{SOON, ScriptedEngine, shown, unexpected};

/// An engine with finished runs, on a computer with or without a trash.
fn engine_with_trash(has_trash: bool) -> ScriptedEngine {
    let folder = Arc::new(Mutex::new(None::<Run>));
    let of_script = Arc::clone(&folder);
    let engine = ScriptedEngine::new(move |command| {
        let run = |number| Run { number, ..of_script.lock().unwrap().clone().unwrap() };
        match command {
            Command::ShowRun { run: number } => shown(run(*number)),
            Command::DeleteRun { permanently: false, .. } if !has_trash => Err(ApiError::new(
                Code::Refused,
                "this file can't be moved to the trash",
                "Delete it for good instead.",
            )),
            Command::DeleteRun { run: number, permanently } => {
                let file_state = if *permanently { FileState::Deleted } else { FileState::Trashed };
                Ok(Reply::RunDeleted { run: Box::new(Run { file_state, ..run(*number) }) })
            }
            other => unexpected(other),
        }
    });
    *folder.lock().unwrap() = Some(engine.finished_run(10_001, b"x"));
    engine
}

fn deletions(engine: &ScriptedEngine) -> Vec<Command> {
    engine.asked().into_iter().filter(|command| matches!(command, Command::DeleteRun { .. })).collect()
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_deleted() {
    let engine = engine_with_trash(true);
    let ended = engine.landfall("report delete 10001 10002").run(SOON);
    assert_eq!(ended.code(), 4, "{ended}");
    assert!(ended.stderr.contains("--yes") && ended.stderr.contains("10.2 MB"), "{ended}");
    let ended = engine.landfall("report delete 10001 --dry-run").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert_eq!(deletions(&engine), []);
}

#[test]
fn with_yes_it_goes_to_the_trash() {
    let engine = engine_with_trash(true);
    let ended = engine.landfall("report delete 10001 10001 10002 --yes").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    let expected = [10_001, 10_002].map(|run| Command::DeleteRun { run, permanently: false });
    assert_eq!(deletions(&engine), expected);
}

#[test]
fn on_a_terminal_no_is_the_answer_to_an_empty_line() {
    let engine = engine_with_trash(true);
    let mut landfall = engine.landfall("report delete 10001").on_terminal().spawn();
    landfall_tests::until(SOON, "the question", || landfall.stdout().contains("[y/N]"));
    landfall.type_text("\n");
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 4, "{ended}");
    assert_eq!(deletions(&engine), []);
}

#[test]
fn where_there_is_no_trash_there_are_eight_seconds_to_keep_the_file() {
    let engine = engine_with_trash(false);
    let landfall = engine.landfall("report delete 10001 --yes").spawn();
    landfall_tests::until(SOON, "the countdown", || landfall.stderr().contains("8 seconds; Ctrl+C keeps it"));
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 130, "{ended}");
    assert!(ended.stderr.contains("run 10001 was kept"), "{ended}");
    assert_eq!(deletions(&engine), [Command::DeleteRun { run: 10_001, permanently: false }]);

    let ended = engine.landfall("report delete 10001 --yes --json").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert!(ended.took >= Duration::from_secs(8), "{:?}", ended.took);
    assert_eq!(ended.json()["runs"][0]["fileState"], "deleted");
}
