//! Opening, refusing and setting aside.

use std::path::Path;

use landfall_core::code::{ApiError, Code};
use landfall_store::{Error, HISTORY_TABLE, Ledger, Origin, set_aside};
use rusqlite::Connection;

use crate::vocabulary::{Home, RunWords, at, new_ledger, run};

/// A data folder whose ledger is what `write` made of the path, and what its opening says; the files must not
/// have changed by it.
fn refusal(write: impl FnOnce(&Path)) -> Error {
    let home = Home::new();
    write(&home.ledger_path());
    let before = home.contents();
    let error = home.try_open().unwrap_err();
    assert!(home.contents() == before, "a refused ledger was touched: {error}");
    assert!(!error.hint().is_empty());
    assert_eq!(ApiError::from(&error).code, Code::Ledger);
    error
}

fn make_ledger(path: &Path) {
    let mut ledger = Ledger::open(path, at(0)).unwrap().ledger;
    for number in 10_000..10_200 {
        ledger.insert_run(&run(number).succeeded()).unwrap();
    }
}

fn make_newer(path: &Path) {
    make_ledger(path);
    let connection = Connection::open(path).unwrap();
    let sql = format!("INSERT INTO {HISTORY_TABLE} VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')");
    connection.execute(&sql, []).unwrap();
}

#[test]
fn a_ledger_is_made_once_and_then_opened() {
    let home = Home::new();
    let opened = home.try_open().unwrap();
    assert_eq!(opened.origin, Origin::Created);
    assert!(opened.ledger.audits(1).unwrap().is_empty());
    drop(opened);
    assert_eq!(home.try_open().unwrap().origin, Origin::Present);
    assert_eq!(home.contents().len(), 1, "a closed ledger is one file");
}

#[test]
fn an_empty_file_counts_as_no_ledger() {
    let home = Home::new();
    std::fs::write(home.ledger_path(), "").unwrap();
    assert_eq!(home.try_open().unwrap().origin, Origin::Created);
}

#[cfg(unix)]
#[test]
fn only_this_user_may_read_the_ledger() {
    use std::os::unix::fs::PermissionsExt;
    let (home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000)).unwrap();
    for entry in std::fs::read_dir(home.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_data_folder_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let folder = home.folder().join(std::ffi::OsStr::from_bytes(b"100% \xff?#\n"));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("ledger.sqlite3");
    make_ledger(&path);
    assert_eq!(Ledger::open(&path, at(0)).unwrap().ledger.next_run().unwrap(), 10_200);
}

#[test]
fn a_newer_ledger_is_refused_and_left_byte_for_byte() {
    let error = refusal(make_newer);
    assert!(matches!(error, Error::Newer { found: 99, known: 3, .. }), "{error:?}");
    assert!(error.hint().contains("Update Landfall"));
    assert!(!error.is_damage());
}

#[test]
fn a_newer_ledger_that_was_cut_off_keeps_its_log_too() {
    let home = Home::new();
    let killed = Home::new();
    make_newer(&home.ledger_path());
    let connection = Connection::open(home.ledger_path()).unwrap();
    connection.execute("INSERT INTO crashes_seen VALUES ('a', 1)", []).unwrap();
    for ending in ["", "-wal"] {
        let name = format!("ledger.sqlite3{ending}");
        std::fs::copy(home.folder().join(&name), killed.folder().join(&name)).unwrap();
    }
    let lasting = |home: &Home| {
        home.contents().into_iter().filter(|(name, _)| !name.ends_with("-shm")).collect::<Vec<_>>()
    };
    let before = lasting(&killed);
    assert_eq!(before.len(), 2);
    assert!(matches!(killed.try_open(), Err(Error::Newer { .. })));
    assert!(lasting(&killed) == before, "the refused ledger was touched");
}

#[test]
fn what_is_no_database_is_refused_as_damaged() {
    let error = refusal(|path| std::fs::write(path, "Dear diary, ".repeat(1_000)).unwrap());
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
    assert!(error.is_damage());
    assert!(error.hint().contains(".json"), "{}", error.hint());
}

#[test]
fn a_ledger_with_torn_pages_is_refused_as_damaged() {
    let error = refusal(|path| {
        make_ledger(path);
        let mut bytes = std::fs::read(path).unwrap();
        let pages = bytes.len() / 4096;
        for page in pages / 2..pages {
            bytes[page * 4096..page * 4096 + 200].fill(0xA5);
        }
        std::fs::write(path, bytes).unwrap();
    });
    assert!(error.is_damage(), "{error:?}");
}

#[test]
fn half_a_ledger_is_refused_as_damaged() {
    let error = refusal(|path| {
        make_ledger(path);
        let bytes = std::fs::read(path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(error.is_damage(), "{error:?}");
}

#[test]
fn a_strange_row_in_the_history_is_damage_and_no_panic() {
    let error = refusal(|path| {
        make_ledger(path);
        let sql = format!("UPDATE {HISTORY_TABLE} SET applied_on = 'yesterday'");
        Connection::open(path).unwrap().execute(&sql, []).unwrap();
    });
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
}

#[test]
fn the_database_of_another_program_is_refused() {
    let error = refusal(|path| {
        Connection::open(path).unwrap().execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    });
    assert!(matches!(error, Error::Foreign { .. }), "{error:?}");
}

#[test]
fn a_folder_that_is_not_there_and_a_folder_in_its_place_are_told() {
    let home = Home::new();
    let nowhere = home.folder().join("nowhere").join("ledger.sqlite3");
    assert!(matches!(Ledger::open(&nowhere, at(0)), Err(Error::Create { .. })));
    std::fs::create_dir(home.ledger_path()).unwrap();
    assert!(matches!(home.try_open(), Err(Error::Open { .. })));
}

#[test]
fn a_second_open_is_harmless() {
    let (home, mut first) = new_ledger();
    first.insert_run(&run(10_000)).unwrap();
    let mut second = home.open();
    second.insert_run(&run(10_001)).unwrap();
    first.insert_run(&run(10_002)).unwrap();
    drop(second);
    first.insert_run(&run(10_003)).unwrap();
    drop(first);
    assert_eq!(home.open().next_run().unwrap(), 10_004);
}

#[test]
fn a_damaged_ledger_is_set_aside_whole_and_a_new_one_is_made() {
    let home = Home::new();
    std::fs::write(home.ledger_path(), "broken").unwrap();
    std::fs::write(home.folder().join("ledger.sqlite3-wal"), "its log").unwrap();
    let aside = set_aside(&home.ledger_path(), at(0)).unwrap();
    assert_eq!(aside.file_name().unwrap(), "ledger.sqlite3.damaged-20261122T093000Z");
    let names: Vec<_> = home.contents().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["ledger.sqlite3.damaged-20261122T093000Z", "ledger.sqlite3.damaged-20261122T093000Z-wal"]
    );
    assert_eq!(home.try_open().unwrap().origin, Origin::Created);

    // A second one in the same second does not overwrite the first.
    std::fs::write(home.ledger_path(), "broken again").unwrap();
    let again = set_aside(&home.ledger_path(), at(0)).unwrap();
    assert_ne!(again, aside);
    assert_eq!(std::fs::read(&aside).unwrap(), b"broken");
    assert_eq!(std::fs::read(&again).unwrap(), b"broken again");
    assert!(matches!(set_aside(&home.ledger_path(), at(0)), Err(Error::SetAside { .. })));
}

#[test]
fn an_error_for_the_doors_tells_the_whole_cause_once() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000)).unwrap();
    let shown = ApiError::from(&ledger.insert_run(&run(10_000)).unwrap_err());
    assert_eq!(shown.subject.as_deref(), Some("10000"));
    assert!(shown.message.starts_with("run 10000 could not be written to the ledger: "), "{}", shown.message);
    let unknown = ApiError::from(&ledger.update_run(&run(10_001)).unwrap_err());
    assert_eq!((unknown.code, unknown.subject.as_deref()), (Code::NotFound, Some("10001")));
}
