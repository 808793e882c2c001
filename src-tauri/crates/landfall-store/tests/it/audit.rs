//! The audit log and the crashes that were seen.

use crate::vocabulary::{at, new_ledger};

#[test]
fn the_audit_log_is_read_newest_first() {
    let (home, mut ledger) = new_ledger();
    ledger.audit(at(1), "delete-report", "10000", "moved to the trash").unwrap();
    ledger.audit(at(2), "delete-report", "10001", "no such file").unwrap();
    drop(ledger);
    let entries = home.open().audits(10).unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.number, entry.subject.as_str(), entry.at)).collect();
    assert_eq!(told, [(2, "10001", at(2)), (1, "10000", at(1))]);
    assert_eq!(
        (entries[1].what.as_str(), entries[1].outcome.as_str()),
        ("delete-report", "moved to the trash")
    );
    assert_eq!(home.open().audits(1).unwrap(), entries[..1]);
}

#[test]
fn a_crash_stays_seen() {
    let (home, mut ledger) = new_ledger();
    assert!(ledger.crashes_seen().unwrap().is_empty());
    ledger.mark_crash_seen("engine-1.txt", at(1)).unwrap();
    ledger.mark_crash_seen("engine-1.txt", at(2)).unwrap();
    drop(ledger);
    assert_eq!(home.open().crashes_seen().unwrap(), ["engine-1.txt".to_owned()].into());
}
