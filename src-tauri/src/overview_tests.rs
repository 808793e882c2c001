#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use landfall_core::api::{EngineStatus, SampleState};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::LibraryTotals;
use landfall_core::period::{Period, PeriodChoice};
use landfall_core::run::{DatabaseUsed, FileState};

use super::*;

fn run(number: u64, state: RunState) -> Run {
    Run {
        number,
        definition: "ticketing-report".to_owned(),
        title: "Ticketing report".to_owned(),
        definition_hash: String::new(),
        choice: PeriodChoice::PreviousMonth,
        period: Period {
            from: "2026-10-01".parse().unwrap(),
            to: "2026-10-31".parse().unwrap(),
            requested_to: None,
        },
        timezone: "UTC".to_owned(),
        parameters: BTreeMap::new(),
        database: DatabaseUsed::Sample,
        folder: "/r".to_owned(),
        file: "a.xlsx".to_owned(),
        file_state: FileState::None,
        repeats: None,
        requested_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        steps: vec![],
        state,
    }
}

fn failed(number: u64) -> Run {
    let error = ApiError::new(Code::WrongPassword, "the password is wrong", "");
    run(number, RunState::Failed { ended_at: "2026-11-22T08:01:00Z".parse().unwrap(), rows: 0, error })
}

fn cancelled(number: u64) -> Run {
    run(number, RunState::Cancelled { ended_at: "2026-11-22T08:01:00Z".parse().unwrap() })
}

fn changed(run: Run) -> AppEvent {
    AppEvent::RunChanged(Box::new(run))
}

fn announcement(number: i64) -> Announcement {
    Announcement {
        number,
        folder: "/r".to_owned(),
        path: format!("{number}.xlsx"),
        bytes: 1,
        sha256: String::new(),
        at: "2026-11-22T08:00:00Z".parse().unwrap(),
        made_by: None,
    }
}

fn announced(number: i64) -> AppEvent {
    AppEvent::Announced(Box::new(announcement(number)))
}

fn folder(state: FolderState) -> FolderStatus {
    FolderStatus { folder: "/r".to_owned(), state }
}

fn lost() -> FolderStatus {
    folder(FolderState::Lost { reason: "unplugged".to_owned() })
}

fn snapshot(live: Vec<Run>, recent: Vec<Run>, last_announcement: i64) -> Snapshot {
    Snapshot {
        status: EngineStatus {
            version: "0.1.0".to_owned(),
            pid: 1,
            started_at: "2026-11-22T08:00:00Z".parse().unwrap(),
            data_folder: "/d".to_owned(),
            logs_folder: "/d/logs".to_owned(),
            doors: 1,
            live_runs: 0,
            sample: SampleState::Off,
            folders: vec![folder(FolderState::Events)],
            crashes: vec![],
        },
        settings: Settings::default(),
        problems: vec![],
        live,
        recent,
        library: LibraryTotals::default(),
        last_announcement,
    }
}

fn start(overview: &mut Overview, snapshot: Snapshot) -> Vec<Tell> {
    overview.take(&AppEvent::Snapshot(Box::new(snapshot)))
}

fn started() -> Overview {
    let mut overview = Overview::default();
    assert_eq!(start(&mut overview, snapshot(vec![], vec![], 7)), []);
    overview
}

#[test]
fn a_finished_file_is_told_once_also_when_the_engine_sends_it_again() {
    let mut overview = started();
    assert_eq!(overview.take(&announced(7)), [], "told before this door came");
    assert_eq!(overview.take(&announced(8)), [Tell::Finished(announcement(8))]);
    assert_eq!(overview.take(&announced(8)), []);
    start(&mut overview, snapshot(vec![], vec![], 12));
    let digest = AppEvent::AnnouncedDigest(vec![announcement(8), announcement(10), announcement(9)]);
    assert_eq!(overview.take(&digest), [Tell::Digest(vec![announcement(10), announcement(9)])]);
    assert_eq!(overview.take(&digest), []);
    assert_eq!(overview.presented(), Some(10));
}

#[test]
fn a_ledger_that_began_anew_counts_from_one_and_its_files_are_told() {
    let mut overview = started();
    assert_eq!(overview.take(&announced(8)), [Tell::Finished(announcement(8))]);
    overview.engine_lost();
    start(&mut overview, snapshot(vec![], vec![], 1));
    assert_eq!(overview.take(&announced(1)), [], "made before this snapshot");
    assert_eq!(overview.take(&announced(2)), [Tell::Finished(announcement(2))]);
}

#[test]
fn a_run_that_fails_is_told_once_and_is_trouble_until_somebody_looks() {
    let mut overview = started();
    overview.take(&changed(run(1, RunState::Queued)));
    assert_eq!(overview.tray(), TrayState::Running { reports: 1 });
    assert_eq!(overview.take(&changed(failed(1))), [Tell::Failed(Box::new(failed(1)))]);
    assert_eq!(overview.take(&changed(failed(1))), []);
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Run));
    overview.window_focused(true);
    assert_eq!(overview.tray(), TrayState::Idle);
}

#[test]
fn a_failure_in_front_of_the_person_is_no_trouble_for_the_tray() {
    let mut overview = started();
    overview.window_focused(true);
    overview.take(&changed(run(1, RunState::Queued)));
    overview.take(&changed(failed(1)));
    assert_eq!(overview.tray(), TrayState::Idle);
}

#[test]
fn looking_at_the_failed_run_or_another_run_that_ends_well_ends_the_trouble() {
    let mut overview = started();
    for end in [ReportId::Run(1), ReportId::Run(2)] {
        overview.take(&changed(run(1, RunState::Queued)));
        overview.take(&changed(failed(1)));
        overview.seen(std::slice::from_ref(&end));
        let expected =
            if end == ReportId::Run(1) { TrayState::Idle } else { TrayState::Trouble(Trouble::Run) };
        assert_eq!(overview.tray(), expected);
    }
    overview.take(&changed(run(3, RunState::Queued)));
    assert_eq!(overview.take(&changed(cancelled(3))), [], "a cancelled run is no news");
    assert_eq!(overview.tray(), TrayState::Idle);
}

#[test]
fn a_run_that_the_death_of_the_engine_ended_is_told_old_failures_are_not() {
    let mut overview = Overview::default();
    assert_eq!(start(&mut overview, snapshot(vec![run(2, RunState::Queued)], vec![failed(1)], 0)), []);
    overview.engine_lost();
    assert!(overview.live_runs().is_empty(), "nobody can say while no engine answers");
    let told = start(&mut overview, snapshot(vec![], vec![failed(2), failed(1)], 0));
    assert_eq!(told, [Tell::Failed(Box::new(failed(2)))]);
}

#[test]
fn a_folder_that_vanishes_is_told_once_and_again_only_after_it_returned() {
    let mut overview = started();
    let gone = Tell::FolderLost { folder: "/r".to_owned() };
    assert_eq!(overview.take(&AppEvent::FolderChanged(lost())), std::slice::from_ref(&gone));
    assert_eq!(overview.take(&AppEvent::FolderChanged(lost())), []);
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Folder));
    assert_eq!(overview.take(&AppEvent::FolderChanged(folder(FolderState::Events))), []);
    assert_eq!(overview.tray(), TrayState::Idle);
    assert_eq!(overview.take(&AppEvent::FolderChanged(lost())), [gone]);
}

#[test]
fn the_tray_says_what_matters_most() {
    let mut overview = started();
    assert_eq!(overview.tray(), TrayState::Idle);
    let totals = LibraryTotals { unseen: 3, ..LibraryTotals::default() };
    overview.take(&AppEvent::LibraryChanged { changed: vec![], totals });
    assert_eq!(overview.tray(), TrayState::New { reports: 3 });
    overview.take(&changed(run(1, RunState::Queued)));
    overview.take(&changed(failed(1)));
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Run));
    overview.take(&changed(run(2, RunState::Queued)));
    assert_eq!(overview.tray(), TrayState::Running { reports: 1 });
    overview.take(&AppEvent::FolderChanged(lost()));
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Folder));
    overview.engine_unreachable();
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Engine));
    start(&mut overview, snapshot(vec![], vec![], 0));
    assert_eq!(overview.tray(), TrayState::Trouble(Trouble::Run), "nobody has looked yet");
    overview.window_focused(true);
    assert_eq!(overview.tray(), TrayState::Idle, "the new engine knows of no unseen report");
}
