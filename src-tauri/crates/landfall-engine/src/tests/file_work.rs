use landfall_core::api::ExistingReports;
use landfall_core::library::{EntryState, ReportId};

use super::*;

fn change(home: &TempDir, name: &str) -> Command {
    let folder = home.path().join(name).display().to_string();
    Command::ChangeFolder { folder, existing: ExistingReports::Move }
}

fn delete(run: u64) -> Command {
    Command::DeleteReport { id: ReportId::Run(run), permanently: true }
}

#[tokio::test]
async fn while_a_file_is_being_deleted_every_other_door_is_answered() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let run = bench.has_made(request()).await.number;
    let deleted = bench.asks(delete(run)).await;

    // However long it takes: nothing of it has reached the engine's task yet.
    assert!(matches!(bench.answer(Command::Status).await, Ok(Reply::Status(_))));
    let again = bench.refusal(delete(run)).await;
    assert!(again.code == Code::Conflict && again.message.contains("being deleted"), "{again}");
    let moved = bench.refusal(change(&home, "other")).await;
    assert!(moved.code == Code::Conflict && moved.message.contains("being deleted"), "{moved}");
    assert!(bench.engine.state.busy_with().is_some(), "an engine that deletes is not idle");

    let Ok(Reply::ReportDeleted { entry }) = bench.goes_on_until(deleted).await else {
        panic!("not deleted")
    };
    assert_eq!(entry.state, EntryState::Deleted);
    assert_eq!(std::fs::read_dir(bench.reports()).unwrap().count(), 0, "the description goes along");
    assert_eq!(bench.run(run).await.file_state, FileState::Deleted);
    assert!(bench.engine.state.is_idle());
}

#[tokio::test]
async fn while_reports_move_other_doors_are_answered_and_neither_folder_is_written_to() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let runs = [bench.has_made(request()).await, bench.has_made(request()).await];
    let other = home.path().join("other");
    let changed = bench.asks(change(&home, "other")).await;

    for _ in 0..2 {
        assert!(matches!(bench.answer(Command::Status).await, Ok(Reply::Status(_))));
        for command in [
            change(&home, "third"),
            Command::RunReport(request()),
            Command::RunReport(RunRequest { output: Some(other.display().to_string()), ..request() }),
            Command::RetryRun { run: runs[0].number, token: None },
            delete(runs[1].number),
            Command::ChangeSetting { key: "reports.folder".to_owned(), value: None },
        ] {
            let refused = bench.refusal(command.clone()).await;
            let wait = refused.hint.contains("Wait until the reports have moved");
            assert!(refused.code == Code::Conflict && wait, "{command:?}: {refused}");
        }
        // One step on: the folders were looked at, and the first report is on its way.
        let incoming = bench.next_of_files().await;
        bench.engine.happened(incoming);
    }

    let Ok(Reply::FolderChanged { moved: 2 }) = bench.goes_on_until(changed).await else {
        panic!("not moved")
    };
    assert_eq!(std::fs::read_dir(bench.reports()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 4);
    for run in runs {
        let run = bench.run(run.number).await;
        assert_eq!((run.folder, run.file_state), (other.display().to_string(), FileState::Present));
    }
    assert_eq!(bench.engine.reports_folder(), other.display().to_string());
}

#[tokio::test]
async fn a_change_that_a_killed_engine_began_is_finished_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let (one, two) = (bench.has_made(request()).await, bench.has_made(request()).await);
    let _unheard = bench.asks(change(&home, "other")).await;
    let seen = bench.next_of_files().await;
    bench.engine.happened(seen);
    // The file has moved, and the ledger does not know.
    assert!(matches!(bench.next_of_files().await, Incoming::ReportMoved { moved: Ok(()), .. }));
    bench.dies().await;
    let other = home.path().join("other");
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 2);

    let mut bench = Bench::new(&home).await;
    let changed = bench.asks(change(&home, "other")).await;
    let Ok(Reply::FolderChanged { moved: 2 }) = bench.goes_on_until(changed).await else {
        panic!("not moved")
    };
    for run in [one, two] {
        let run = bench.run(run.number).await;
        assert_eq!((run.folder, run.file_state), (other.display().to_string(), FileState::Present));
    }
}

#[tokio::test]
async fn an_engine_that_is_told_to_end_moves_no_further_report() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    for _ in 0..3 {
        bench.has_made(request()).await;
    }
    let changed = bench.asks(change(&home, "other")).await;
    let seen = bench.next_of_files().await;
    bench.engine.happened(seen);
    bench.engine.apply(Event::Terminated { now: now() });
    assert!(!bench.engine.has_ended(), "one report is on its way");
    let interrupted = bench.goes_on_until(changed).await.unwrap_err();
    assert!(interrupted.code == Code::Interrupted && interrupted.message.contains('1'), "{interrupted}");
    assert!(bench.engine.has_ended());
    assert_eq!(std::fs::read_dir(home.path().join("other")).unwrap().count(), 2);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.has_made(request()).await;
    std::fs::write(home.path().join("a file"), "").unwrap();
    for (name, code) in [("a file/below", Code::TargetNotWritable), ("kubernetes-reports", Code::Conflict)] {
        let changed = bench.asks(change(&home, name)).await;
        assert_eq!(bench.goes_on_until(changed).await.unwrap_err().code, code, "{name}");
        assert!(bench.engine.state.is_idle());
    }
    assert_eq!(std::fs::read_dir(bench.reports()).unwrap().count(), 2);
}
