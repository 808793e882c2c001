//! The versions of the ledger, run by refinery.
//!
//! Each migration and its row in [`HISTORY_TABLE`] are one transaction, so a killed migration either happened or did
//! not. A published text never changes.

use refinery::{Migration, Runner};
use rusqlite::Connection;

/// Where applied migrations are remembered.
pub const HISTORY_TABLE: &str = "landfall_ledger_history";

/// Name and text of each migration, in the order of their numbers from 1 up.
pub(crate) const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__ledger", include_str!("../migrations/V1__ledger.sql")),
    ("V2__requests_and_key_store", include_str!("../migrations/V2__requests_and_key_store.sql")),
    ("V3__library", include_str!("../migrations/V3__library.sql")),
];

/// The migrations a program knows.
pub(crate) struct Migrations(Vec<Migration>);

/// A row of the history.
pub(crate) struct AppliedMigration {
    pub(crate) version: u32,
    pub(crate) name: String,
    pub(crate) checksum: u64,
}

impl Migrations {
    /// Reads names such as `V1__ledger`.
    pub(crate) fn read(texts: &[(&str, &str)]) -> Result<Self, Box<refinery::Error>> {
        texts
            .iter()
            .map(|(name, text)| Migration::unapplied(name, text))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(Box::new)
    }

    /// The newest version.
    pub(crate) fn latest(&self) -> u32 {
        self.versions().max().unwrap_or(0)
    }

    /// The versions above `version`, oldest first.
    pub(crate) fn after(&self, version: u32) -> Vec<u32> {
        self.versions().filter(|known| *known > version).collect()
    }

    /// Whether `applied` has the same name and text as here.
    pub(crate) fn has(&self, applied: &AppliedMigration) -> bool {
        self.0.iter().any(|known| {
            version_of(known) == applied.version
                && known.name() == applied.name
                && known.checksum() == applied.checksum
        })
    }

    /// Applies `version`, in one transaction with its row in the history. All before it are there.
    pub(crate) fn apply(
        &self,
        connection: &mut Connection,
        version: u32,
    ) -> Result<(), Box<refinery::Error>> {
        let upto: Vec<Migration> =
            self.0.iter().filter(|known| version_of(known) <= version).cloned().collect();
        // Without grouping, refinery commits the migration and its history row one after the other.
        let mut runner = Runner::new(&upto).set_grouped(true);
        runner.set_migration_table_name(HISTORY_TABLE);
        runner.run(connection).map(|_| ()).map_err(Box::new)
    }

    fn versions(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(version_of)
    }
}

/// The newest version that is applied; 0 if none is.
pub(crate) fn newest_version(connection: &Connection) -> rusqlite::Result<u32> {
    let sql = format!("SELECT coalesce(max(version), 0) FROM {HISTORY_TABLE}");
    connection.query_row(&sql, [], |row| row.get(0))
}

fn version_of(migration: &Migration) -> u32 {
    // refinery reads versions as signed; its parser takes digits only.
    u32::try_from(migration.version()).unwrap_or(0)
}
