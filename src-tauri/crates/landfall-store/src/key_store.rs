//! The names under which passwords were put into the key store of the system. Never a password.

use jiff::Timestamp;
use rusqlite::params;

use crate::columns::Moment;
use crate::{Error, Ledger};

impl Ledger {
    /// Keeps that the key store of the system may hold a password under this name. To be called before it is put
    /// there, so that no entry is ever unknown.
    pub fn remember_key_store_entry(&mut self, entry: &str, at: Timestamp) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "INSERT INTO key_store_entries (entry, stored_at) VALUES (?1, ?2)
                 ON CONFLICT (entry) DO UPDATE SET stored_at = excluded.stored_at",
            )
            .and_then(|mut statement| statement.execute(params![entry, Moment(at)]))
            .map(drop)
            .map_err(Error::WriteKeyStoreEntries)
    }

    /// Keeps that the key store holds nothing under this name any more.
    pub fn forget_key_store_entry(&mut self, entry: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM key_store_entries WHERE entry = ?1")
            .and_then(|mut statement| statement.execute([entry]))
            .map(drop)
            .map_err(Error::WriteKeyStoreEntries)
    }

    /// Every name under which the key store may hold a password.
    pub fn key_store_entries(&self) -> Result<Vec<String>, Error> {
        self.connection
            .prepare_cached("SELECT entry FROM key_store_entries ORDER BY entry")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(Error::ReadKeyStoreEntries)
    }
}
