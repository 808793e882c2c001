//! The names of entries in the key store.

use crate::vocabulary::{at, new_ledger};

#[test]
fn names_of_kept_passwords_are_remembered_until_they_are_forgotten() {
    let (home, mut ledger) = new_ledger();
    for entry in ["me@db:5432/traindb (/data)", "me@other:5432/traindb (/data)", "me@db:5432/traindb (/data)"]
    {
        ledger.remember_key_store_entry(entry, at(1)).unwrap();
    }
    drop(ledger);
    let mut ledger = home.open();
    let both = ["me@db:5432/traindb (/data)", "me@other:5432/traindb (/data)"];
    assert_eq!(ledger.key_store_entries().unwrap(), both);
    ledger.forget_key_store_entry(both[0]).unwrap();
    ledger.forget_key_store_entry("never stored").unwrap();
    assert_eq!(ledger.key_store_entries().unwrap(), both[1..]);
}
