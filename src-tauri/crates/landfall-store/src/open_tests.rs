//! Migrations, with programs that know other versions than this one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::Barrier;

use landfall_core::library::LibraryFilter;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const V1: (&str, &str) = MIGRATIONS[0];
const NEXT: u32 = 2;
const V2: (&str, &str) =
    ("V2__origins", "ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT 'computer';");
const V3: (&str, &str) = ("V3__more", "CREATE TABLE more (x INTEGER) STRICT;");
const BROKEN: (&str, &str) = ("V2__broken", "CREATE TABLE more (x INTEGER); INSERT INTO nowhere VALUES (1);");

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite3")
    }

    fn open(&self, texts: &[(&str, &str)]) -> Result<Opened, Error> {
        open_as(&self.ledger(), NOW, texts)
    }

    /// A ledger of version 1 with one entry, whose process was killed: it still has its log file.
    fn killed_ledger_of_version_1(&self) {
        let other = tempfile::tempdir().unwrap();
        let path = other.path().join("ledger.sqlite3");
        let mut opened = open_as(&path, NOW, &[V1]).unwrap();
        opened.ledger.audit(NOW, "remember", "this", "done").unwrap();
        for ending in ["", "-wal"] {
            let name = format!("ledger.sqlite3{ending}");
            std::fs::copy(other.path().join(&name), self.folder.path().join(&name)).unwrap();
        }
        assert!(std::fs::metadata(self.folder.path().join("ledger.sqlite3-wal")).unwrap().len() > 0);
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn remembered(ledger: &Ledger) -> Vec<String> {
    ledger.audits(10).unwrap().into_iter().map(|entry| format!("{} {}", entry.what, entry.subject)).collect()
}

#[test]
fn an_older_ledger_is_copied_and_migrated_and_loses_nothing() {
    let place = Place::new();
    place.killed_ledger_of_version_1();
    let opened = place.open(&[V1, V2]).unwrap();
    let copy = place.folder.path().join("ledger.sqlite3.before-2");
    assert_eq!(opened.origin, Origin::Migrated { from: 1, to: NEXT, copies: vec![copy.clone()] });
    assert_eq!(remembered(&opened.ledger), ["migrate-ledger version 1 to 2", "remember this"]);

    // The copy is a whole ledger of the old version, with what only the log held.
    let before = open_as(&copy, NOW, &[V1]).unwrap();
    assert_eq!(before.origin, Origin::Present);
    assert_eq!(remembered(&before.ledger), ["remember this"]);
    drop(opened);
    assert_eq!(place.open(&[V1, V2]).unwrap().origin, Origin::Present);
}

#[test]
fn each_migration_has_a_copy_of_its_own() {
    let place = Place::new();
    place.open(&[V1]).unwrap();
    let Origin::Migrated { from: 1, to: 3, copies } = place.open(&[V1, V2, V3]).unwrap().origin else {
        panic!("the ledger was not migrated");
    };
    let versions =
        copies.iter().map(|copy| inspect(copy, &Migrations::read(&[V1, V2, V3]).unwrap()).unwrap());
    assert_eq!(versions.collect::<Vec<_>>(), [1, 2]);
    assert_eq!(place.names(), ["ledger.sqlite3", "ledger.sqlite3.before-2", "ledger.sqlite3.before-3"]);
}

#[cfg(unix)]
#[test]
fn the_copy_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.open(&[V1]).unwrap();
    place.open(&[V1, V2]).unwrap();
    let copy = place.folder.path().join("ledger.sqlite3.before-2");
    assert_eq!(std::fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_migration_that_fails_leaves_the_ledger_as_it_was() {
    let place = Place::new();
    place.killed_ledger_of_version_1();
    let error = place.open(&[V1, BROKEN]).unwrap_err();
    assert!(matches!(error, Error::Migrate { .. }), "{error:?}");
    let opened = place.open(&[V1]).unwrap();
    assert_eq!(opened.origin, Origin::Present);
    assert_eq!(remembered(&opened.ledger), ["remember this"]);
    drop(opened);
    // A program that is mended finds its way, and replaces the copy of the failed attempt.
    assert!(matches!(place.open(&[V1, V2]).unwrap().origin, Origin::Migrated { .. }));
}

#[test]
fn a_copy_that_cannot_be_written_stops_the_migration() {
    let place = Place::new();
    place.open(&[V1]).unwrap();
    std::fs::create_dir(place.folder.path().join("ledger.sqlite3.before-2")).unwrap();
    let error = place.open(&[V1, V2]).unwrap_err();
    assert!(matches!(error, Error::KeepCopy { .. }), "{error:?}");
    assert_eq!(place.names(), ["ledger.sqlite3", "ledger.sqlite3.before-2"]);
    assert_eq!(place.open(&[V1]).unwrap().origin, Origin::Present);
}

#[test]
fn a_ledger_of_a_newer_program_is_refused_and_left_untouched() {
    let place = Place::new();
    place.open(&[V1, V2, V3]).unwrap();
    let before = (std::fs::read(place.ledger()).unwrap(), place.names());
    let error = place.open(&[V1]).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 3, known: 1, .. }), "{error:?}");
    assert!((std::fs::read(place.ledger()).unwrap(), place.names()) == before, "it was touched");
}

#[test]
fn a_ledger_with_another_text_of_a_known_migration_is_refused() {
    let place = Place::new();
    place.open(&[V1, V2]).unwrap();
    let error = place.open(&[V1, ("V2__origins", "SELECT 1;")]).unwrap_err();
    assert!(matches!(error, Error::Changed { version: 2, .. }), "{error:?}");
}

#[test]
fn programs_that_make_the_same_ledger_at_once_all_open_it() {
    let place = Place::new();
    let programs = 4;
    let start = Barrier::new(programs);
    std::thread::scope(|scope| {
        let opens: Vec<_> = (0..programs)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    place.open(&[V1, V2]).map(drop)
                })
            })
            .collect();
        for open in opens {
            open.join().unwrap().unwrap();
        }
    });
    assert_eq!(place.open(&[V1, V2]).unwrap().origin, Origin::Present);
}

#[test]
fn a_ledger_of_the_first_version_keeps_its_runs_and_takes_tokens_and_names() {
    let place = Place::new();
    drop(place.open(&[V1]).unwrap());
    rusqlite::Connection::open(place.ledger())
        .unwrap()
        .execute_batch(
            "INSERT INTO runs (number, definition, title, definition_hash, choice, period_from, period_to, timezone,
                 parameters, database, folder, file, file_state, requested_at, state, rows, search)
             VALUES (10000, 'x', 'X', '', '{\"kind\":\"previous-month\"}', '2026-10-01', '2026-10-31', 'UTC',
                 '{}', '{\"kind\":\"sample\"}', '/r', 'x.xlsx', 'none', 1, 'queued', 0, ''),
                (10001, 'x', 'X', '', '{\"kind\":\"previous-month\"}', '2026-10-01', '2026-10-31', 'UTC',
                 '{}', '{\"kind\":\"sample\"}', '/r', 'y.xlsx', 'none', 1, 'queued', 0, '')",
        )
        .unwrap();
    let opened = place.open(MIGRATIONS).unwrap();
    assert!(matches!(opened.origin, Origin::Migrated { from: 1, .. }), "{:?}", opened.origin);
    let mut ledger = opened.ledger;
    assert_eq!(ledger.open_runs().unwrap().len(), 2);
    assert_eq!(ledger.run_of_request("token").unwrap(), None);
    ledger.remember_key_store_entry("me@db", NOW).unwrap();
    assert_eq!(ledger.key_store_entries().unwrap(), ["me@db"]);
}

#[test]
fn files_of_an_older_ledger_are_in_the_library_and_none_of_them_is_new() {
    let place = Place::new();
    drop(place.open(&MIGRATIONS[..2]).unwrap());
    rusqlite::Connection::open(place.ledger())
        .unwrap()
        .execute_batch(
            "INSERT INTO folders VALUES (1, '/r', 1);
             INSERT INTO files (folder, path, bytes, modified_ns, inode, sha256, present, changed_at)
             VALUES (1, CAST('ÄRZTE.xlsx' AS BLOB), 1, 7000000000, 1, 'told', 1, 9000000000),
                    (1, CAST('old.xlsx' AS BLOB), 1, 7000000000, 1, 'silent', 1, 9000000000);
             INSERT INTO announcements (folder, path, sha256, bytes, at, announced)
             VALUES (1, CAST('ÄRZTE.xlsx' AS BLOB), 'told', 1, 9000000000, 1),
                    (1, CAST('old.xlsx' AS BLOB), 'silent', 1, 9000000000, 0);",
        )
        .unwrap();
    let ledger = place.open(MIGRATIONS).unwrap().ledger;
    let listed = |search: &str| {
        let search = Some(search.to_owned());
        let filter = LibraryFilter { search, limit: 9, ..LibraryFilter::default() };
        let found = ledger.library(&filter, &["/r".to_owned()]).unwrap().reports;
        found
            .into_iter()
            .map(|report| (report.entry.file, report.entry.finished_at.as_second(), report.entry.unseen))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("ärzte"), [("ÄRZTE.xlsx".to_owned(), 9, false)]);
    assert_eq!(listed("old"), [("old.xlsx".to_owned(), 7, false)]);
}
