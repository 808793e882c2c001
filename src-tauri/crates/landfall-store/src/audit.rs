//! What was done that can't be undone, and which reports of crashes were seen.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::params;

use crate::columns::{Cells, Moment};
use crate::records::AuditEntry;
use crate::{Error, Ledger};

impl Ledger {
    /// Enters in the audit log what was done, to what, and how it ended. None of the three may hold a secret.
    pub fn audit(&mut self, at: Timestamp, what: &str, subject: &str, outcome: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT INTO audit (at, what, subject, outcome) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut statement| statement.execute(params![Moment(at), what, subject, outcome]))
            .map(drop)
            .map_err(Error::WriteAudit)
    }

    /// The newest entries of the audit log, newest first.
    pub fn audits(&self, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        self.connection
            .prepare_cached(
                "SELECT number, at, what, subject, outcome FROM audit ORDER BY number DESC LIMIT ?1",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([limit], |row| {
                        let mut cells = Cells::of(row);
                        Ok(AuditEntry {
                            number: cells.take()?,
                            at: cells.take::<Moment>()?.0,
                            what: cells.take()?,
                            subject: cells.take()?,
                            outcome: cells.take()?,
                        })
                    })?
                    .collect()
            })
            .map_err(Error::ReadAudit)
    }

    /// Keeps that a person has looked at the report of a crash, by the name of its file.
    pub fn mark_crash_seen(&mut self, name: &str, at: Timestamp) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT INTO crashes_seen (name, seen_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            .and_then(|mut statement| statement.execute(params![name, Moment(at)]))
            .map(drop)
            .map_err(Error::WriteCrashes)
    }

    /// The names of the reports of crashes that a person has looked at.
    pub fn crashes_seen(&self) -> Result<BTreeSet<String>, Error> {
        self.connection
            .prepare_cached("SELECT name FROM crashes_seen")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(Error::ReadCrashes)
    }
}
