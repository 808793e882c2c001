//! Announced once, and never again.

use std::path::Path;

use landfall_core::announcement::MadeBy;
use landfall_store::NewFile;

use crate::vocabulary::{FOLDER, RunWords, at, new_ledger, run, silent, workbook};

#[test]
fn the_same_content_at_the_same_path_is_announced_once_also_after_a_restart() {
    let (home, mut ledger) = new_ledger();
    let first =
        ledger.record_files(FOLDER, &[workbook("a.xlsx", "1"), workbook("a.xlsx", "1")], at(0)).unwrap();
    assert!(first[0].is_some() && first[1].is_none());
    drop(ledger);
    let mut ledger = home.open();
    assert_eq!(ledger.record_files(FOLDER, &[workbook("a.xlsx", "1")], at(1)).unwrap(), [None]);
    assert_eq!(ledger.announcements_after(0).unwrap(), [first[0].clone().unwrap()]);
}

#[test]
fn other_content_another_path_and_another_folder_are_other_announcements() {
    let (_home, mut ledger) = new_ledger();
    let mut count = 0;
    for (folder, path, content) in [
        (FOLDER, "a.xlsx", "1"),
        (FOLDER, "a.xlsx", "2"),
        (FOLDER, "b.xlsx", "1"),
        ("/srv/reports", "a.xlsx", "1"),
    ] {
        let announced = ledger.record_files(folder, &[workbook(path, content)], at(0)).unwrap();
        let announced = announced[0].as_ref().unwrap();
        assert_eq!((announced.folder.as_str(), announced.path.as_str()), (folder, path));
        count += 1;
        assert_eq!(ledger.announcements_after(0).unwrap().len(), count);
    }
}

#[test]
fn what_was_recorded_in_silence_is_never_announced() {
    let (_home, mut ledger) = new_ledger();
    assert_eq!(ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "1"))], at(0)).unwrap(), [None]);
    assert!(ledger.is_recorded(FOLDER, Path::new("a.xlsx"), "1").unwrap());
    assert!(!ledger.is_recorded(FOLDER, Path::new("a.xlsx"), "2").unwrap());
    assert!(!ledger.is_recorded(FOLDER, Path::new("b.xlsx"), "1").unwrap());
    assert!(!ledger.is_recorded("/srv/reports", Path::new("a.xlsx"), "1").unwrap());
    assert_eq!(ledger.record_files(FOLDER, &[workbook("a.xlsx", "1")], at(1)).unwrap(), [None]);
    assert_eq!(ledger.announcements_after(0).unwrap(), []);
    assert_eq!(ledger.last_announcement().unwrap(), 0);
}

#[test]
fn a_door_that_comes_back_hears_what_it_missed_in_order() {
    let (_home, mut ledger) = new_ledger();
    let files = [workbook("a.xlsx", "1"), silent(workbook("b.xlsx", "1")), workbook("c.xlsx", "1")];
    let announced: Vec<_> =
        ledger.record_files(FOLDER, &files, at(0)).unwrap().into_iter().flatten().collect();
    let (a, c) = (&announced[0], &announced[1]);
    assert!(a.number >= 1 && c.number > a.number);
    assert_eq!(ledger.last_announcement().unwrap(), c.number);
    assert_eq!(ledger.announcements_after(a.number).unwrap(), std::slice::from_ref(c));
    assert_eq!(ledger.announcements_after(c.number).unwrap(), []);
}

#[test]
fn the_file_of_a_run_is_announced_with_its_rows_and_duration() {
    let (_home, mut ledger) = new_ledger();
    let run = run(10_000).succeeded();
    ledger.insert_run(&run).unwrap();
    let file = NewFile { run: Some(10_000), ..workbook(&run.file, "1") };
    let announced = ledger.record_files(FOLDER, &[file], at(9)).unwrap();
    let announced = announced[0].clone().unwrap();
    // Queued for one second, worked for two.
    let made_by = MadeBy { run: 10_000, title: "Ticketing report".to_owned(), rows: 4_000, took_ms: 2_000 };
    assert_eq!(announced.made_by, Some(made_by));
    assert_eq!(ledger.announcements_after(0).unwrap(), [announced]);
}

#[test]
fn a_run_the_ledger_does_not_know_does_not_stop_the_announcement() {
    let (_home, mut ledger) = new_ledger();
    let file = NewFile { run: Some(12_345), ..workbook("a.xlsx", "1") };
    let announced = ledger.record_files(FOLDER, &[file], at(0)).unwrap();
    assert_eq!(announced[0].as_ref().unwrap().made_by, None);
    assert_eq!(ledger.file(FOLDER, Path::new("a.xlsx")).unwrap().unwrap().run, None);
}
