//! Runs, their phases and their numbers.

use std::path::Path;

use jiff::civil::date;
use landfall_core::period::PeriodChoice;
use landfall_core::run::{DatabaseUsed, FileState, Phase, Run, RunState};
use landfall_store::{Error, Ledger};

use crate::vocabulary::{FOLDER, RunWords, at, new_ledger, run};

fn numbers(runs: &[Run]) -> Vec<u64> {
    runs.iter().map(|run| run.number).collect()
}

fn insert_all(ledger: &mut Ledger, runs: impl IntoIterator<Item = Run>) {
    for run in runs {
        ledger.insert_run(&run).unwrap();
    }
}

#[test]
fn every_state_of_a_run_comes_back_as_it_was_written() {
    let (home, mut ledger) = new_ledger();
    let mut cancelling = run(10_005).running();
    cancelling.state = RunState::Cancelling { rows: 12 };
    let mut clamped = run(10_006);
    clamped.choice = PeriodChoice::Range { start: date(2026, 11, 1), end: date(2026, 12, 31) };
    clamped.period.requested_to = Some(date(2026, 12, 31));
    clamped.repeats = Some(10_001);
    clamped.database = DatabaseUsed::Server {
        host: "db.example".to_owned(),
        port: 5432,
        name: "traindb".to_owned(),
        user: "o'neill; DROP TABLE runs".to_owned(),
    };
    clamped.parameters = [("ключ\n".to_owned(), "\"quoted\" 🚆".to_owned())].into();
    let runs = [
        run(10_000),
        run(10_001).running(),
        run(10_002).succeeded(),
        run(10_003).failed(),
        run(10_004).cancelled(),
        cancelling,
        clamped,
    ];
    insert_all(&mut ledger, runs.clone());
    drop(ledger);
    let ledger = home.open();
    for run in runs {
        assert_eq!(ledger.run(run.number).unwrap(), Some(run));
    }
    assert_eq!(ledger.run(9).unwrap(), None);
    assert_eq!(ledger.run(u64::MAX).unwrap(), None);
}

#[test]
fn an_update_keeps_the_phases_with_their_times_and_the_outcome() {
    let (_home, mut ledger) = new_ledger();
    let mut run = run(10_000);
    ledger.insert_run(&run).unwrap();
    for (second, phase) in [(1, Phase::Connecting), (2, Phase::Querying), (3, Phase::WritingRows)] {
        run.enter(phase, at(second));
        run.state = RunState::Running { rows: 100, estimate: None };
        ledger.update_run(&run).unwrap();
        assert_eq!(ledger.run(10_000).unwrap().as_ref(), Some(&run));
    }
    let over = run.clone().failed();
    ledger.update_run(&over).unwrap();
    assert_eq!(ledger.run(10_000).unwrap(), Some(over));
    // A run may also have fewer phases than before.
    run.steps.truncate(1);
    ledger.update_run(&run).unwrap();
    assert_eq!(ledger.run(10_000).unwrap(), Some(run));
}

#[test]
fn an_update_of_a_run_that_is_not_there_says_so_and_writes_nothing() {
    let (_home, mut ledger) = new_ledger();
    assert!(matches!(ledger.update_run(&run(10_000)), Err(Error::UnknownRun { run: 10_000 })));
    assert!(matches!(ledger.set_file_state(10_000, FileState::Missing), Err(Error::UnknownRun { .. })));
    assert_eq!(ledger.run(10_000).unwrap(), None);
}

#[test]
fn numbers_begin_at_10000_and_are_not_given_twice() {
    let (home, mut ledger) = new_ledger();
    assert_eq!(ledger.next_run().unwrap(), 10_000);
    ledger.insert_run(&run(10_000)).unwrap();
    assert_eq!(ledger.next_run().unwrap(), 10_001);
    let error = ledger.insert_run(&run(10_000).failed()).unwrap_err();
    assert!(matches!(error, Error::WriteRun { run: 10_000, .. }), "{error:?}");
    assert_eq!(ledger.run(10_000).unwrap(), Some(run(10_000)));

    // A number that was jumped over because its file existed is gone as well.
    ledger.insert_run(&run(10_007)).unwrap();
    drop(ledger);
    let by_hand = rusqlite::Connection::open(home.ledger_path()).unwrap();
    by_hand.execute("DELETE FROM runs", []).unwrap();
    drop(by_hand);
    assert_eq!(home.open().next_run().unwrap(), 10_008);
}

#[test]
fn open_runs_are_those_that_are_not_over() {
    let (_home, mut ledger) = new_ledger();
    insert_all(
        &mut ledger,
        [
            run(10_000).succeeded(),
            run(10_001).running(),
            run(10_002).failed(),
            run(10_003),
            run(10_004).cancelled(),
        ],
    );
    assert_eq!(numbers(&ledger.open_runs().unwrap()), [10_001, 10_003]);
    assert_eq!(numbers(&ledger.recent(20).unwrap()), [10_004, 10_002, 10_000]);
    assert_eq!(numbers(&ledger.recent(1).unwrap()), [10_004]);
}

#[test]
fn the_same_report_is_found_only_where_all_that_was_asked_is_equal() {
    let (_home, mut ledger) = new_ledger();
    let asked = run(10_009);
    let mut other_zone = run(10_001).succeeded();
    other_zone.timezone = "UTC".to_owned();
    let mut other_database = run(10_002).succeeded();
    other_database.database = DatabaseUsed::Server {
        host: "db".to_owned(),
        port: 5432,
        name: "traindb".to_owned(),
        user: "me".to_owned(),
    };
    let mut gone = run(10_003).succeeded();
    gone.file_state = FileState::Trashed;
    insert_all(
        &mut ledger,
        [
            other_zone,
            other_database,
            gone,
            run(10_004).failed(),
            run(10_005).over(date(2026, 10, 1), date(2026, 10, 30)).succeeded(),
            run(10_006).with_parameter("channel", "app").succeeded(),
            run(10_007).of_definition("refunds", "Refunds").succeeded(),
        ],
    );
    assert_eq!(ledger.same_as(&asked, 50).unwrap(), []);

    insert_all(&mut ledger, [run(10_000).succeeded(), run(10_008).succeeded()]);
    assert_eq!(numbers(&ledger.same_as(&asked, 50).unwrap()), [10_008, 10_000]);
    assert_eq!(numbers(&ledger.same_as(&asked, 1).unwrap()), [10_008]);
    assert_eq!(numbers(&ledger.same_as(&run(10_008).succeeded(), 50).unwrap()), [10_000]);
    ledger.set_file_state(10_008, FileState::Missing).unwrap();
    assert_eq!(numbers(&ledger.same_as(&asked, 50).unwrap()), [10_000]);
}

#[test]
fn the_run_of_a_request_is_found_by_its_token_and_no_second_one_is_kept() {
    let (home, mut ledger) = new_ledger();
    ledger.insert_requested_run(&run(10_000), Some("one")).unwrap();
    ledger.insert_requested_run(&run(10_001), Some("two")).unwrap();
    insert_all(&mut ledger, [run(10_002), run(10_003)]);
    let error = ledger.insert_requested_run(&run(10_004), Some("one")).unwrap_err();
    assert!(matches!(error, Error::WriteRun { run: 10_004, .. }), "{error:?}");
    assert_eq!(ledger.run(10_004).unwrap(), None);
    // Whatever becomes of the run, it stays that of its request.
    ledger.update_run(&run(10_000).succeeded()).unwrap();
    drop(ledger);
    let ledger = home.open();
    assert_eq!(ledger.run_of_request("one").unwrap(), Some(run(10_000).succeeded()));
    assert_eq!(ledger.run_of_request("two").unwrap(), Some(run(10_001)));
    assert_eq!(ledger.run_of_request("three").unwrap(), None);
}

#[test]
fn the_runs_of_a_folder_are_found_by_it() {
    let (_home, mut ledger) = new_ledger();
    let mut elsewhere = run(10_001).succeeded();
    elsewhere.folder = "/srv/reports".to_owned();
    insert_all(&mut ledger, [run(10_000).succeeded(), elsewhere, run(10_002)]);
    assert_eq!(numbers(&ledger.runs_in(FOLDER).unwrap()), [10_002, 10_000]);
}

#[test]
fn the_run_of_a_file_is_found_where_its_file_lies_now() {
    let (_home, mut ledger) = new_ledger();
    let made = run(10_000).succeeded();
    insert_all(&mut ledger, [made.clone(), run(10_001).succeeded()]);
    let path = Path::new(&made.file);
    assert_eq!(ledger.run_of_file(FOLDER, path).unwrap(), Some(10_000));
    assert_eq!(ledger.run_of_file(FOLDER, Path::new("budget.xlsx")).unwrap(), None);
    ledger.move_run(10_000, "/srv/reports").unwrap();
    assert_eq!(ledger.run_of_file(FOLDER, path).unwrap(), None);
    assert_eq!(ledger.run_of_file("/srv/reports", path).unwrap(), Some(10_000));
    assert!(matches!(ledger.move_run(10_009, FOLDER), Err(Error::UnknownRun { run: 10_009 })));
}
