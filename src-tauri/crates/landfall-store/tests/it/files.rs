//! Watched folders and the files in them.

use std::path::{Path, PathBuf};

use landfall_store::{FileStamp, NewFile};

use crate::vocabulary::{FOLDER, RunWords, at, new_ledger, run, silent, workbook};

#[test]
fn the_baseline_of_a_folder_is_set_once_and_for_that_folder() {
    let (home, mut ledger) = new_ledger();
    assert!(!ledger.has_baseline(FOLDER).unwrap());
    ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "1"))], at(0)).unwrap();
    assert!(!ledger.has_baseline(FOLDER).unwrap(), "a known folder is not yet a scanned one");
    ledger.set_baseline(FOLDER, at(1)).unwrap();
    ledger.set_baseline(FOLDER, at(2)).unwrap();
    drop(ledger);
    let ledger = home.open();
    assert!(ledger.has_baseline(FOLDER).unwrap());
    assert!(!ledger.has_baseline("/srv/reports").unwrap());
}

#[test]
fn a_file_comes_back_as_it_was_recorded() {
    let (home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000).succeeded()).unwrap();
    let file = NewFile {
        stamp: FileStamp { bytes: 0, modified_ns: i64::MIN, changed_ns: None, inode: u64::MAX },
        run: Some(10_000),
        ..workbook("sub/a.xlsx", "1")
    };
    ledger.record_files(FOLDER, std::slice::from_ref(&file), at(5)).unwrap();
    drop(ledger);
    let ledger = home.open();
    let known = ledger.file(FOLDER, Path::new("sub/a.xlsx")).unwrap().unwrap();
    assert_eq!((&known.path, known.stamp, &known.sha256), (&file.path, file.stamp, &file.sha256));
    assert_eq!(
        (known.present, known.opened_at, known.changed_at, known.run),
        (true, None, at(5), Some(10_000))
    );
    assert_eq!(ledger.known_files(FOLDER).unwrap(), [known]);
    assert_eq!(ledger.known_files("/srv/reports").unwrap(), []);
    assert_eq!(ledger.file("/srv/reports", Path::new("sub/a.xlsx")).unwrap(), None);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_kept_byte_for_byte() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let (_home, mut ledger) = new_ledger();
    let long = "x".repeat(250) + ".xlsx";
    let names: [&[u8]; 5] = [
        b"a\xff.xlsx",
        b"a\xfe.xlsx",
        b"new\nline.xlsx",
        "\u{202e}🚆 ägypten.xlsx".as_bytes(),
        long.as_bytes(),
    ];
    let files: Vec<_> = names.iter().map(|name| workbook(OsStr::from_bytes(name), "same")).collect();
    let announced = ledger.record_files(FOLDER, &files, at(0)).unwrap();
    assert!(announced.iter().all(Option::is_some), "two names that look alike are two files");
    assert_eq!(announced[0].as_ref().unwrap().path, "a\u{fffd}.xlsx");
    for file in &files {
        assert_eq!(ledger.file(FOLDER, &file.path).unwrap().unwrap().path, file.path);
    }
    assert_eq!(ledger.known_files(FOLDER).unwrap().len(), 5);
}

#[test]
fn a_removed_file_is_no_longer_known_but_not_forgotten() {
    let (_home, mut ledger) = new_ledger();
    let path = PathBuf::from("a.xlsx");
    ledger.record_files(FOLDER, &[workbook("a.xlsx", "1"), workbook("b.xlsx", "1")], at(0)).unwrap();
    assert!(ledger.mark_removed(FOLDER, &path).unwrap().unwrap().present);
    assert!(!ledger.mark_removed(FOLDER, &path).unwrap().unwrap().present);
    assert_eq!(ledger.mark_removed(FOLDER, Path::new("c.xlsx")).unwrap(), None);
    assert!(!ledger.file(FOLDER, &path).unwrap().unwrap().present);
    assert_eq!(ledger.known_files(FOLDER).unwrap().len(), 1);

    // The same content at the same path is back: known again, and not announced again.
    assert_eq!(ledger.record_files(FOLDER, &[workbook("a.xlsx", "1")], at(9)).unwrap(), [None]);
    let back = ledger.file(FOLDER, &path).unwrap().unwrap();
    assert_eq!((back.present, back.changed_at), (true, at(9)));
}

#[test]
fn opening_a_file_holds_until_its_content_changes() {
    let (_home, mut ledger) = new_ledger();
    let path = Path::new("a.xlsx");
    let opened =
        |ledger: &landfall_store::Ledger| ledger.file(FOLDER, path).unwrap().unwrap().opened_since_change();
    ledger.record_files(FOLDER, &[workbook("a.xlsx", "1")], at(0)).unwrap();
    assert!(!opened(&ledger));
    assert!(ledger.mark_opened(FOLDER, path, at(1)).unwrap());
    assert!(opened(&ledger));
    // Only its times changed.
    ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "1"))], at(2)).unwrap();
    assert!(opened(&ledger));
    ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "2"))], at(3)).unwrap();
    assert!(!opened(&ledger));
    assert!(!ledger.mark_opened(FOLDER, Path::new("b.xlsx"), at(1)).unwrap());
}

#[test]
fn a_file_keeps_its_run_when_a_person_edits_it() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000).succeeded()).unwrap();
    let made = NewFile { run: Some(10_000), ..workbook("a.xlsx", "1") };
    ledger.record_files(FOLDER, &[made], at(0)).unwrap();
    ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "2"))], at(1)).unwrap();
    assert_eq!(ledger.file(FOLDER, Path::new("a.xlsx")).unwrap().unwrap().run, Some(10_000));
}

#[test]
fn ten_thousand_files_are_one_step() {
    let (home, mut ledger) = new_ledger();
    let files: Vec<_> = (0..10_000).map(|number| workbook(format!("{number}.xlsx"), "x")).collect();
    let announced = ledger.record_files(FOLDER, &files, at(0)).unwrap();
    assert!(announced.iter().all(Option::is_some));
    drop(ledger);
    let mut ledger = home.open();
    assert_eq!(ledger.known_files(FOLDER).unwrap().len(), 10_000);
    assert_eq!(ledger.announcements_after(0).unwrap().len(), 10_000);
    assert!(ledger.record_files(FOLDER, &files, at(1)).unwrap().iter().all(Option::is_none));
}
