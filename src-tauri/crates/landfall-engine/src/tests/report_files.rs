//! Deleting reports and bringing them back.

use landfall_core::library::{EntryState, LibraryShow};

use super::*;

const OWN_TRASH: &str = "LANDFALL_ENGINE_TEST_OWN_TRASH";

/// Runs the test `name` of this file once more, in a process whose trash is a folder of its own.
fn with_a_trash_of_its_own(name: &str) {
    let home = tempfile::tempdir().unwrap();
    let ran = std::process::Command::new(std::env::current_exe().unwrap())
        .args([&format!("tests::report_files::{name}"), "--exact", "--nocapture"])
        .env(OWN_TRASH, "1")
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("share"))
        .env("TMPDIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

fn has_a_trash_of_its_own() -> bool {
    std::env::var_os(OWN_TRASH).is_some()
}

fn trash(id: &ReportId) -> Command {
    Command::DeleteReport { id: id.clone(), permanently: false }
}

fn remove(id: &ReportId) -> Command {
    Command::DeleteReport { id: id.clone(), permanently: true }
}

fn restore(id: &ReportId) -> Command {
    Command::RestoreReport { id: id.clone() }
}

fn entry(answer: Answer) -> LibraryEntry {
    match answer.unwrap() {
        Reply::ReportDeleted { entry } | Reply::ReportRestored { entry } => *entry,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_report_comes_back_from_the_trash_and_is_not_told_again() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own("a_report_comes_back_from_the_trash_and_is_not_told_again");
    }
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let run = bench.has_made(request()).await;
    let theirs = bench.gets("theirs.xlsx");
    let before = names_of(&bench.reports());
    for id in [ReportId::Run(run.number), theirs.clone()] {
        // Twice: an older file of the same name stays in the trash.
        for _ in 0..2 {
            assert_eq!(entry(bench.looks(trash(&id)).await).state, EntryState::Trashed);
            assert_ne!(names_of(&bench.reports()), before);
            let listed = bench.list(LibraryFilter { show: LibraryShow::Deleted, ..all() }).await;
            assert_eq!(listed.entries.iter().map(|entry| &entry.id).collect::<Vec<_>>(), [&id]);
            let again = bench.refusal(trash(&id)).await;
            assert!(again.code == Code::Conflict && again.message.contains("deleted already"), "{again}");

            let restored = entry(bench.looks(restore(&id)).await);
            assert_eq!((restored.state, restored.unseen), (EntryState::OnDesktop, false));
            assert_eq!(names_of(&bench.reports()), before, "the description of a run comes along");
        }
    }
    assert_eq!(bench.run(run.number).await.file_state, FileState::Present);
    let back = bench.refusal(restore(&theirs)).await;
    assert!(back.code == Code::Conflict && back.message.contains("was not deleted"), "{back}");
    bench.sees(&["theirs.xlsx".to_owned()]);
    assert_eq!(bench.engine.ledger.last_announcement().unwrap(), 1, "its content was told before");
}

#[tokio::test]
async fn of_two_files_of_one_name_the_newer_comes_back() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own("of_two_files_of_one_name_the_newer_comes_back");
    }
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let id = bench.gets("theirs.xlsx");
    let path = bench.reports().join("theirs.xlsx");
    for content in ["older", "newer"] {
        std::fs::write(&path, content).unwrap();
        bench.engine.ledger.set_report_file(&id, FileState::Present).unwrap();
        bench.looks(trash(&id)).await.unwrap();
    }
    bench.looks(restore(&id)).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "newer");
}

#[tokio::test]
async fn nothing_is_overwritten_and_no_folder_made_anew_for_a_report_that_comes_back() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own(
            "nothing_is_overwritten_and_no_folder_made_anew_for_a_report_that_comes_back",
        );
    }
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let id = bench.gets("theirs.xlsx");
    let path = bench.reports().join("theirs.xlsx");
    bench.looks(trash(&id)).await.unwrap();
    std::fs::write(&path, "another").unwrap();
    assert_eq!(bench.looks(restore(&id)).await.unwrap_err().code, Code::Conflict);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "another");

    let away = home.path().join("unplugged");
    std::fs::rename(bench.reports(), &away).unwrap();
    assert_eq!(bench.looks(restore(&id)).await.unwrap_err().code, Code::FolderMissing);
    assert!(!bench.reports().exists());
    std::fs::rename(&away, bench.reports()).unwrap();
    std::fs::remove_file(&path).unwrap();
    bench.engine.ledger.set_report_file(&id, FileState::Trashed).unwrap();
    assert_eq!(entry(bench.looks(restore(&id)).await).state, EntryState::OnDesktop);

    bench.looks(trash(&id)).await.unwrap();
    let items = trash::os_limited::list().unwrap();
    trash::os_limited::purge_all(items).unwrap();
    let emptied = bench.looks(restore(&id)).await.unwrap_err();
    assert!(emptied.code == Code::Refused && emptied.message.contains("no longer has"), "{emptied}");
}

#[tokio::test]
async fn what_was_removed_for_good_does_not_come_back() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let run = ReportId::Run(bench.has_made(request()).await.number);
    for id in [run, bench.gets("theirs.xlsx")] {
        assert_eq!(entry(bench.looks(remove(&id)).await).state, EntryState::Deleted);
        let refused = bench.refusal(restore(&id)).await;
        assert!(refused.code == Code::Refused && refused.message.contains("for good"), "{refused}");
        assert_eq!(refused.subject, Some(id.to_string()));
    }
    assert!(names_of(&bench.reports()).is_empty());
    assert_eq!(bench.list(all()).await.total, 0);
}

#[tokio::test]
async fn an_entry_without_a_file_goes_off_the_list_and_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    let Ok(Reply::RunAccepted { run, .. }) = bench.answer(Command::RunReport(request())).await else {
        panic!("refused")
    };
    let id = ReportId::Run(run.number);
    let live = bench.refusal(trash(&id)).await;
    assert!(live.code == Code::Conflict && live.hint == "Cancel it first.", "{live}");
    bench.answer(Command::CancelRun { run: run.number }).await.unwrap();
    while bench.engine.state.live_run(run.number).is_some() {
        let incoming = bench.next().await;
        bench.engine.happened(incoming);
    }

    assert!(entry(bench.answer(trash(&id)).await).hidden);
    assert_eq!(bench.list(all()).await.total, 0);
    assert_eq!(bench.list(LibraryFilter { show: LibraryShow::Deleted, ..all() }).await.total, 1);
    assert_eq!(bench.refusal(trash(&id)).await.code, Code::Conflict);
    assert!(!entry(bench.answer(restore(&id)).await).hidden);
    assert_eq!(bench.list(all()).await.total, 1);
    assert_eq!(bench.refusal(restore(&id)).await.code, Code::Conflict);
}

#[tokio::test]
async fn an_entry_whose_file_somebody_else_removed_goes_off_the_list() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let run = ReportId::Run(bench.has_made(request()).await.number);
    let away = home.path().join("unplugged");
    std::fs::rename(bench.reports(), &away).unwrap();
    assert_eq!(bench.looks(trash(&run)).await.unwrap_err().code, Code::FolderMissing);
    std::fs::rename(&away, bench.reports()).unwrap();
    for id in [run, bench.gets("theirs.xlsx")] {
        for name in names_of(&bench.reports()) {
            std::fs::remove_file(bench.reports().join(name)).unwrap();
        }
        let off = entry(bench.looks(trash(&id)).await);
        assert_eq!((off.state, off.hidden), (EntryState::Missing, true));
    }
    assert_eq!(bench.list(all()).await.total, 0);
}

#[tokio::test]
async fn what_lies_beside_a_workbook_of_somebody_elses_is_theirs() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own("what_lies_beside_a_workbook_of_somebody_elses_is_theirs");
    }
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    let id = bench.gets("theirs.xlsx");
    let beside = bench.reports().join("theirs.xlsx.json");
    std::fs::write(&beside, "their own data").unwrap();
    bench.looks(trash(&id)).await.unwrap();
    assert_eq!(names_of(&bench.reports()), ["theirs.xlsx.json".to_owned()].into());
    // Nor is what they threw away themselves taken out of the trash.
    ::trash::delete(&beside).unwrap();
    bench.looks(restore(&id)).await.unwrap();
    assert_eq!(names_of(&bench.reports()), ["theirs.xlsx".to_owned()].into());
    std::fs::write(&beside, "their own data").unwrap();
    bench.looks(remove(&id)).await.unwrap();
    assert_eq!(std::fs::read_to_string(&beside).unwrap(), "their own data");
}

#[tokio::test]
async fn what_a_killed_engine_moved_to_the_trash_comes_back() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own("what_a_killed_engine_moved_to_the_trash_comes_back");
    }
    let home = tempfile::tempdir().unwrap();
    let (mut bench, reports) = Bench::with_reports(&home).await;
    let before = names_of(&bench.reports());
    for id in reports {
        bench = bench.dies_in_the_middle_of(trash(&id), &home).await;
        assert_ne!(names_of(&bench.reports()), before);
        let off = entry(bench.looks(trash(&id)).await);
        assert_eq!((off.state, off.hidden), (EntryState::Missing, true), "nobody knows who took it");

        let restored = entry(bench.looks(restore(&id)).await);
        assert_eq!((restored.state, restored.hidden), (EntryState::OnDesktop, false));
        assert_eq!(names_of(&bench.reports()), before, "the description of a run comes along");
    }
}

#[tokio::test]
async fn what_a_killed_engine_brought_back_is_restored_when_it_is_asked_for_again() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own(
            "what_a_killed_engine_brought_back_is_restored_when_it_is_asked_for_again",
        );
    }
    let home = tempfile::tempdir().unwrap();
    let (mut bench, reports) = Bench::with_reports(&home).await;
    let before = names_of(&bench.reports());
    for id in reports {
        bench.looks(trash(&id)).await.unwrap();
        bench = bench.dies_in_the_middle_of(restore(&id), &home).await;
        assert_eq!(entry(bench.looks(restore(&id)).await).state, EntryState::OnDesktop);
        assert_eq!(names_of(&bench.reports()), before);
    }
}

#[tokio::test]
async fn what_a_killed_engine_removed_for_good_stays_gone() {
    let home = tempfile::tempdir().unwrap();
    let (mut bench, reports) = Bench::with_reports(&home).await;
    for id in reports {
        bench = bench.dies_in_the_middle_of(remove(&id), &home).await;
        // The watch may have seen that it is gone before the door asks again.
        if let ReportId::File { .. } = id {
            bench.engine.ledger.set_report_file(&id, FileState::Missing).unwrap();
        }
        let gone = entry(bench.looks(remove(&id)).await);
        assert_eq!((gone.state, gone.hidden), (EntryState::Deleted, false));
        assert_eq!(bench.refusal(restore(&id)).await.code, Code::Refused);
    }
    assert!(names_of(&bench.reports()).is_empty());
}

#[tokio::test]
async fn a_missing_report_that_is_not_in_the_trash_comes_back_to_the_list() {
    if !has_a_trash_of_its_own() {
        return with_a_trash_of_its_own("a_missing_report_that_is_not_in_the_trash_comes_back_to_the_list");
    }
    let home = tempfile::tempdir().unwrap();
    let (mut bench, reports) = Bench::with_reports(&home).await;
    for id in reports {
        bench.engine.ledger.set_report_file(&id, FileState::Missing).unwrap();
        assert!(entry(bench.looks(trash(&id)).await).hidden);
        let away = home.path().join("away");
        std::fs::rename(bench.reports(), &away).unwrap();
        let back = entry(bench.looks(restore(&id)).await);
        assert_eq!((back.state, back.hidden), (EntryState::Missing, false));
        std::fs::rename(&away, bench.reports()).unwrap();
    }
}
