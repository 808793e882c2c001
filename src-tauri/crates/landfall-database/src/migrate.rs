//! The schema of `traindb` as versioned migrations, run by refinery.
//!
//! Nothing is ever dropped. A database whose tables Landfall did not make, or that a newer Landfall made, is refused
//! and left as it is. Each migration and its row in [`HISTORY_TABLE`] are one transaction, so a killed migration
//! either happened or did not.

use refinery::{Migration, Runner};
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::Error;

/// Where applied migrations are remembered, in the first schema of the search path.
pub const HISTORY_TABLE: &str = "landfall_schema_history";

/// The tables of `traindb`, parents before children.
pub const TABLES: [&str; 7] =
    ["stations", "routes", "trips", "passengers", "bookings", "tickets", "payments"];

/// The enums of `traindb`.
const TYPES: [&str; 6] =
    ["booking_status", "sales_channel", "fare_class", "loyalty_tier", "pay_method", "pay_status"];

/// Name and text of each migration. The order is that of their numbers; a published text never changes.
const MIGRATIONS: [(&str, &str); 1] = [("V1__ticketing", include_str!("../migrations/V1__ticketing.sql"))];

/// Key of the advisory lock that lets one migration or fill run at a time ("Landfall" in ASCII).
pub(crate) const LOCK_KEY: i64 = 0x4c61_6e64_6661_6c6c;

/// How long a migration or fill waits for another one.
pub(crate) const LOCK_TIMEOUT_SECONDS: u64 = 60;

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrated {
    /// Names of the migrations applied now, oldest first.
    pub applied: Vec<String>,
    /// How many were there already.
    pub already: usize,
}

/// How the schema of a database compares with the migrations of this program. Names look like `V1__ticketing`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Applied, and known to this program.
    pub applied: Vec<String>,
    /// Known to this program, and not applied yet.
    pub pending: Vec<String>,
    /// Applied by a newer Landfall.
    pub newer: Vec<String>,
    /// Applied with another text than this program's.
    pub changed: Vec<String>,
    /// Tables and types with names of `traindb` in a database that has no history of ours.
    pub foreign: Vec<String>,
}

impl Status {
    /// Whether a report can be run: all migrations of this program are there, unchanged.
    pub fn is_current(&self) -> bool {
        self.pending.is_empty() && self.changed.is_empty() && self.foreign.is_empty()
    }

    fn refusal(&self) -> Option<Error> {
        if !self.newer.is_empty() {
            return Some(Error::NewerHistory { migrations: self.newer.clone() });
        }
        if !self.changed.is_empty() {
            return Some(Error::ChangedMigrations { migrations: self.changed.clone() });
        }
        if !self.foreign.is_empty() {
            return Some(Error::ForeignTables { names: self.foreign.clone() });
        }
        None
    }
}

/// Compares the schema with the migrations of this program. Reads only.
pub async fn status(client: &Client) -> Result<Status, Error> {
    let known = embedded()?;
    let history = read_history(client).await?;
    let mut status = Status::default();
    for row in &history {
        let name = format!("V{}__{}", row.version, row.name);
        match known.iter().find(|migration| i64::from(migration.version()) == i64::from(row.version)) {
            None => status.newer.push(name),
            Some(migration) if migration.checksum() == row.checksum && migration.name() == row.name => {
                status.applied.push(name);
            }
            Some(_) => status.changed.push(name),
        }
    }
    let is_applied = |migration: &&Migration| {
        history.iter().any(|row| i64::from(row.version) == i64::from(migration.version()))
    };
    status.pending = known.iter().filter(|migration| !is_applied(migration)).map(full_name).collect();
    if history.is_empty() {
        status.foreign = read_our_names(client).await?;
    }
    Ok(status)
}

/// Brings the schema up to this program's. Twice is no change; two at once, and one waits for the other.
///
/// The wait is a session lock of the server: dropping the future half-way keeps it until the connection closes.
pub async fn migrate(client: &mut Client) -> Result<Migrated, Error> {
    lock(client).await?;
    let result = migrate_locked(client).await;
    let unlocked = client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK_KEY]).await;
    let migrated = result?;
    unlocked.map_err(Error::ReadHistory)?;
    Ok(migrated)
}

async fn migrate_locked(client: &mut Client) -> Result<Migrated, Error> {
    let status = status(client).await?;
    if let Some(refusal) = status.refusal() {
        return Err(refusal);
    }
    if status.pending.is_empty() {
        return Ok(Migrated { applied: Vec::new(), already: status.applied.len() });
    }
    let mut runner = Runner::new(&embedded()?);
    runner.set_migration_table_name(HISTORY_TABLE);
    let report = runner.run_async(client).await.map_err(|error| Error::ApplyMigrations(Box::new(error)))?;
    let applied = report.applied_migrations().iter().map(full_name).collect();
    Ok(Migrated { applied, already: status.applied.len() })
}

async fn lock(client: &Client) -> Result<(), Error> {
    let wait = format!(
        "SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'; SELECT pg_advisory_lock({LOCK_KEY}); RESET lock_timeout"
    );
    client.batch_execute(&wait).await.map_err(lock_error)
}

/// Tells waiting too long from any other failure while taking the lock.
pub(crate) fn lock_error(source: tokio_postgres::Error) -> Error {
    if source.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) {
        Error::WaitForOther { seconds: LOCK_TIMEOUT_SECONDS, source }
    } else {
        Error::ReadHistory(source)
    }
}

fn embedded() -> Result<Vec<Migration>, Error> {
    MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<_, _>>()
        .map_err(|error| Error::ApplyMigrations(Box::new(error)))
}

fn full_name(migration: &Migration) -> String {
    migration.to_string()
}

struct HistoryRow {
    version: i32,
    name: String,
    checksum: u64,
}

/// Reads the history with checks that refinery leaves out: it panics on a row it can't understand.
async fn read_history(client: &Client) -> Result<Vec<HistoryRow>, Error> {
    if !relation_exists(client, HISTORY_TABLE).await? {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT version, coalesce(name, ''), coalesce(checksum, ''), coalesce(applied_on, '') FROM {HISTORY_TABLE} ORDER BY version"
    );
    let rows = client.query(&query, &[]).await.map_err(Error::ReadHistory)?;
    rows.iter()
        .map(|row| {
            let (version, name): (i32, String) = (row.get(0), row.get(1));
            let not_ours = Error::UnderstandHistory { table: HISTORY_TABLE, version };
            let applied_on_is_time = row.get::<_, &str>(3).parse::<jiff::Timestamp>().is_ok();
            match row.get::<_, &str>(2).parse() {
                Ok(checksum) if applied_on_is_time => Ok(HistoryRow { version, name, checksum }),
                _ => Err(not_ours),
            }
        })
        .collect()
}

/// Whether `name` is a table or view on the search path.
pub(crate) async fn relation_exists(client: &Client, name: &str) -> Result<bool, Error> {
    let row =
        client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name]).await.map_err(Error::ReadHistory)?;
    Ok(row.get(0))
}

/// Names of `traindb` that are taken in the schema where migrations would make them.
async fn read_our_names(client: &Client) -> Result<Vec<String>, Error> {
    let query = "
        SELECT relname::text FROM pg_class
         WHERE relnamespace = to_regnamespace(current_schema()::text) AND relname::text = ANY($1)
        UNION
        SELECT typname::text FROM pg_type
         WHERE typnamespace = to_regnamespace(current_schema()::text) AND typname::text = ANY($2)
        ORDER BY 1";
    let rows =
        client.query(query, &[&TABLES.as_slice(), &TYPES.as_slice()]).await.map_err(Error::ReadHistory)?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
