//! `landfall report delete`.

use std::collections::BTreeMap;
use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{EntryState, LibraryEntry, Origin, ReportId};
use landfall_core::run::{FileState, Run};

use crate::engine::{SOON, ScriptedEngine, failed, shown, succeeded, unexpected};

/// An engine with finished runs and the failed run 10009, on a computer with or without a trash.
fn engine_with_trash(has_trash: bool) -> ScriptedEngine {
    let template = ScriptedEngine::new(unexpected);
    let made = Run { file_state: FileState::Present, ..template.run(10_001, succeeded()) };
    let error = ApiError::new(Code::DiskFull, "the disk is full", "Free some space.");
    let broken = template.run(10_009, failed(error));
    let mut files: BTreeMap<u64, FileState> = BTreeMap::new();
    ScriptedEngine::new(move |command| match command {
        Command::ShowRun { run: 10_009 } => shown(broken.clone()),
        Command::ShowRun { run: number } => {
            let file_state = files.get(number).copied().unwrap_or(FileState::Present);
            shown(Run { number: *number, file_state, ..made.clone() })
        }
        Command::DeleteReport { id: ReportId::Run(10_009), .. } => deleted(&broken, EntryState::Cancelled),
        Command::DeleteReport { permanently: false, .. } if !has_trash => Err(ApiError::new(
            Code::Refused,
            "this file can't be moved to the trash",
            "Delete it for good instead.",
        )),
        Command::DeleteReport { id: ReportId::Run(number), permanently } => {
            let file_state = if *permanently { FileState::Deleted } else { FileState::Trashed };
            files.insert(*number, file_state);
            deleted(&made, EntryState::Deleted)
        }
        other => unexpected(other),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "an answer can be a refusal")]
fn deleted(run: &Run, state: EntryState) -> landfall_core::api::Answer {
    let entry = LibraryEntry {
        id: ReportId::Run(run.number),
        title: run.title.clone(),
        file: run.file.clone(),
        folder: run.folder.clone(),
        origin: Origin::Elsewhere,
        state,
        rows: None,
        bytes: None,
        finished_at: run.requested_at,
        unseen: false,
        hidden: false,
    };
    Ok(Reply::ReportDeleted { entry: Box::new(entry) })
}

fn deletions(engine: &ScriptedEngine) -> Vec<Command> {
    engine.asked().into_iter().filter(|command| matches!(command, Command::DeleteReport { .. })).collect()
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
    let expected =
        [10_001, 10_002].map(|run| Command::DeleteReport { id: ReportId::Run(run), permanently: false });
    assert_eq!(deletions(&engine), expected);
}

#[test]
fn a_run_without_a_file_is_taken_off_the_list() {
    let engine = engine_with_trash(false);
    let ended = engine.landfall("report delete 10009").run(SOON);
    assert_eq!(ended.code(), 4, "{ended}");
    assert!(ended.stderr.contains("Take 1 run without a file off the list?"), "{ended}");
    let ended = engine.landfall("report delete 10009 --yes").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert!(ended.stderr.contains("Run 10009: off the list."), "{ended}");
    assert_eq!(deletions(&engine), [Command::DeleteReport { id: ReportId::Run(10_009), permanently: false }]);
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
    assert_eq!(deletions(&engine), [Command::DeleteReport { id: ReportId::Run(10_001), permanently: false }]);

    let ended = engine.landfall("report delete 10001 --yes --json").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert!(ended.took >= Duration::from_secs(8), "{:?}", ended.took);
    assert_eq!(ended.json()["runs"][0]["fileState"], "deleted");
}
