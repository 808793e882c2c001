//! The log of a run.

use landfall_core::progress::Level;
use landfall_store::Error;

use crate::vocabulary::{at, new_ledger, run};

#[test]
fn lines_are_numbered_within_their_run_and_read_from_where_one_stopped() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000)).unwrap();
    ledger.insert_run(&run(10_001)).unwrap();
    let mut written = Vec::new();
    for (second, message) in ["Connecting\nto a host", "", "\u{0} \u{202e} 🚆"].into_iter().enumerate() {
        let second = i64::try_from(second).unwrap();
        written.extend(ledger.append_log(10_000, at(second), Level::Information, message).unwrap());
    }
    let other = ledger.append_log(10_001, at(9), Level::Error, "no route to host").unwrap();
    assert_eq!(written.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(other[0].number, 1);
    assert_eq!(ledger.log(10_000, 0).unwrap(), written);
    assert_eq!(ledger.log(10_000, 2).unwrap(), written[2..]);
    assert_eq!(ledger.log(10_000, u64::MAX).unwrap(), []);
    assert_eq!(ledger.log(10_001, 0).unwrap(), other);
    assert_eq!(ledger.log(10_002, 0).unwrap(), []);
}

#[test]
fn a_line_for_a_run_that_is_not_there_is_refused() {
    let (_home, mut ledger) = new_ledger();
    let refused = ledger.append_log(10_000, at(0), Level::Warning, "who hears this?");
    assert!(matches!(refused, Err(Error::UnknownRun { run: 10_000 })));
}

#[test]
fn the_log_comes_back_after_the_ledger_was_closed() {
    let (home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000)).unwrap();
    let written = ledger.append_log(10_000, at(1), Level::Warning, "slow").unwrap();
    drop(ledger);
    assert_eq!(home.open().log(10_000, 0).unwrap(), written);
}
