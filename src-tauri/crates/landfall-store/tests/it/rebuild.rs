//! A lost ledger is made anew.

use landfall_core::run::{FileState, RunState};
use landfall_store::UNIX_SECONDS_FROM;

use crate::vocabulary::{FOLDER, Home, RunWords, at, new_ledger, run, sidecar_of, workbook};

#[test]
fn runs_come_back_with_their_numbers_and_outcome() {
    let (home, mut ledger) = new_ledger();
    let original = run(10_004).succeeded();
    let mut missing = sidecar_of(&run(10_007).succeeded());
    missing.present = false;
    let rebuilt = ledger.rebuild_from_sidecars(FOLDER, &[sidecar_of(&original), missing], at(50)).unwrap();
    assert_eq!((rebuilt.runs, rebuilt.known, rebuilt.skipped.len()), (2, 0, 0));
    drop(ledger);

    let ledger = home.open();
    let run = ledger.run(10_004).unwrap().unwrap();
    assert_eq!(run.state, original.state);
    assert_eq!(
        (&run.file, &run.folder, run.file_state),
        (&original.file, &original.folder, FileState::Present)
    );
    assert_eq!(
        (&run.title, run.period, &run.timezone),
        (&original.title, original.period, &original.timezone)
    );
    assert_eq!(run.parameters, original.parameters);
    assert!(run.phase().is_none() && run.worked(at(99)).as_millis() > 0);
    assert_eq!(ledger.run(10_007).unwrap().unwrap().file_state, FileState::Missing);
    assert_eq!(ledger.next_run().unwrap(), 10_008);
    let same = ledger.same_as(&original, 50).unwrap();
    assert_eq!(same, [], "which database it read is not known any more");
}

#[test]
fn a_second_rebuild_changes_nothing() {
    let (_home, mut ledger) = new_ledger();
    let found = [sidecar_of(&run(10_000).succeeded())];
    ledger.rebuild_from_sidecars(FOLDER, &found, at(50)).unwrap();
    ledger.set_file_state(10_000, FileState::Trashed).unwrap();
    let again = ledger.rebuild_from_sidecars(FOLDER, &found, at(51)).unwrap();
    assert_eq!((again.runs, again.known), (0, 1));
    assert_eq!(ledger.run(10_000).unwrap().unwrap().file_state, FileState::Trashed);
}

#[test]
fn nothing_of_a_rebuild_is_announced_and_later_numbers_go_on_above_the_lost_ones() {
    let lost = Home::new();
    let presented = {
        let announced = lost.open().record_files(FOLDER, &[workbook("old.xlsx", "1")], at(0)).unwrap();
        announced[0].as_ref().unwrap().number
    };
    let (_home, mut ledger) = new_ledger();
    let run = run(10_000).succeeded();
    let found = sidecar_of(&run);
    ledger.rebuild_from_sidecars(FOLDER, std::slice::from_ref(&found), at(50)).unwrap();
    let same = workbook(&run.file, &found.sidecar.sha256);
    let next = workbook("new.xlsx", "1");
    let announced = ledger.record_files(FOLDER, &[same, next], at(51)).unwrap();
    assert!(announced[0].is_none());
    assert!(announced[1].as_ref().unwrap().number > presented);
}

#[test]
fn reports_made_by_hand_are_kept_and_do_not_move_the_numbers() {
    let (_home, mut ledger) = new_ledger();
    let by_hand = sidecar_of(&run(10_003).succeeded());
    let mut unix_seconds = sidecar_of(&run(10_000).succeeded());
    unix_seconds.sidecar.run = 1_795_339_800;
    unix_seconds.sidecar.file = "by-hand-1795339800.xlsx".to_owned();
    ledger.rebuild_from_sidecars(FOLDER, &[unix_seconds, by_hand], at(50)).unwrap();
    assert!(ledger.run(1_795_339_800).unwrap().is_some());
    assert_eq!(ledger.next_run().unwrap(), 10_004);
    const { assert!(UNIX_SECONDS_FROM < 1_795_339_800) };
}

#[test]
fn one_odd_number_from_outside_does_not_use_the_numbers_up() {
    let (_home, mut ledger) = new_ledger();
    let odd = sidecar_of(&run(UNIX_SECONDS_FROM - 1).succeeded());
    ledger.rebuild_from_sidecars(FOLDER, &[odd], at(50)).unwrap();
    assert!(ledger.run(UNIX_SECONDS_FROM - 1).unwrap().is_some());
    let next = ledger.next_run().unwrap();
    assert_eq!(next, 10_000);
    ledger.insert_run(&run(next)).unwrap();
    assert_eq!(ledger.next_run().unwrap(), next + 1);
}

#[test]
fn sidecars_that_make_no_sense_are_skipped_with_their_reason() {
    let (_home, mut ledger) = new_ledger();
    let good = sidecar_of(&run(10_000).succeeded());
    let strange = |change: fn(&mut landfall_core::sidecar::Sidecar)| {
        let mut found = sidecar_of(&run(10_001).succeeded());
        change(&mut found.sidecar);
        found
    };
    let found = [
        good,
        strange(|sidecar| sidecar.schema += 1),
        strange(|sidecar| sidecar.file = "../../etc/passwd".to_owned()),
        strange(|sidecar| sidecar.file = String::new()),
        strange(|sidecar| sidecar.run = u64::MAX),
        strange(|sidecar| sidecar.rows = u64::MAX),
        strange(|sidecar| sidecar.run = 10_000),
    ];
    let rebuilt = ledger.rebuild_from_sidecars(FOLDER, &found, at(50)).unwrap();
    assert_eq!((rebuilt.runs, rebuilt.skipped.len()), (1, 6));
    assert!(rebuilt.skipped.iter().all(|skipped| !skipped.reason.is_empty()));
    assert!(rebuilt.skipped[5].reason.contains("run 10000"), "{}", rebuilt.skipped[5].reason);
}

#[test]
fn times_that_are_out_of_reach_do_not_stop_a_rebuild() {
    let (_home, mut ledger) = new_ledger();
    let mut found = sidecar_of(&run(10_000).succeeded());
    found.sidecar.queried_at = jiff::Timestamp::MAX;
    found.sidecar.finished_at = jiff::Timestamp::MIN;
    found.sidecar.query_ms = i64::MAX.cast_unsigned();
    ledger.rebuild_from_sidecars(FOLDER, &[found], at(50)).unwrap();
    let run = ledger.run(10_000).unwrap().unwrap();
    assert!(matches!(run.state, RunState::Succeeded { .. }));
}
