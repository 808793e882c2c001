//! What a database holds: for `landfall db test` and `landfall db status`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Transaction};

use crate::Error;
use crate::migrate::{self, Status, TABLES};

/// How long counting one table may take before the server's estimate is shown instead.
const COUNT_TIMEOUT_SECONDS: u32 = 5;

/// What a connected database is and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// As the server gives it, for example `15.8 (Debian 15.8-0+deb12u1)`.
    pub server_version: String,
    pub database: String,
    pub user: String,
    /// The tables of `traindb` that exist, parents before children.
    pub tables: Vec<TableRows>,
    /// The range of `tickets.created_at`; `None` when there is no ticket (or no table).
    pub first_created_at: Option<Timestamp>,
    pub last_created_at: Option<Timestamp>,
    pub migrated: Status,
}

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRows {
    pub name: String,
    pub rows: u64,
    /// Counting took too long, so `rows` is what the server last estimated (0 if it never did).
    pub estimated: bool,
}

/// Reads the facts in a read-only transaction. A table that can't be counted in 5 s is estimated, and so are the
/// tables after it: a person is waiting.
pub async fn facts(client: &mut Client) -> Result<Facts, Error> {
    let migrated = migrate::status(client).await?;
    let mut tables = Vec::new();
    let mut may_count = true;
    for name in TABLES {
        if migrate::relation_exists(client, name).await? {
            let counted = if may_count { count(client, name).await? } else { None };
            may_count = counted.is_some();
            tables.push(match counted {
                Some(rows) => TableRows { name: name.to_owned(), rows, estimated: false },
                None => {
                    TableRows { name: name.to_owned(), rows: estimate(client, name).await?, estimated: true }
                }
            });
        }
    }
    let (first_created_at, last_created_at) = read_range(client).await?;
    let row = client
        .query_one(
            "SELECT current_setting('server_version'), current_database()::text, current_user::text",
            &[],
        )
        .await
        .map_err(Error::ReadFacts)?;
    Ok(Facts {
        server_version: row.get(0),
        database: row.get(1),
        user: row.get(2),
        tables,
        first_created_at,
        last_created_at,
        migrated,
    })
}

async fn begin(client: &mut Client) -> Result<Transaction<'_>, tokio_postgres::Error> {
    let transaction = client.build_transaction().read_only(true).start().await?;
    transaction.batch_execute(&format!("SET LOCAL statement_timeout = '{COUNT_TIMEOUT_SECONDS}s'")).await?;
    Ok(transaction)
}

/// `None` when the count took too long.
async fn count(client: &mut Client, table: &str) -> Result<Option<u64>, Error> {
    let transaction = begin(client).await.map_err(Error::ReadFacts)?;
    // The name is one of our constants, never input.
    match transaction.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await {
        Ok(row) => Ok(u64::try_from(row.get::<_, i64>(0)).ok()),
        Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => Ok(None),
        Err(error) => Err(Error::ReadFacts(error)),
    }
}

async fn estimate(client: &Client, table: &str) -> Result<u64, Error> {
    let row = client
        .query_one("SELECT greatest(reltuples, 0)::int8 FROM pg_class WHERE oid = to_regclass($1)", &[&table])
        .await
        .map_err(Error::ReadFacts)?;
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
}

async fn read_range(client: &mut Client) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
    if !migrate::relation_exists(client, "tickets").await? {
        return Ok((None, None));
    }
    let transaction = begin(client).await.map_err(Error::ReadFacts)?;
    let range = "
        SELECT CASE WHEN isfinite(first) THEN first END, CASE WHEN isfinite(last) THEN last END
          FROM (SELECT min(created_at) AS first, max(created_at) AS last FROM tickets) AS range";
    match transaction.query_one(range, &[]).await {
        Ok(row) => Ok((row.get(0), row.get(1))),
        Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => Ok((None, None)),
        Err(error) => Err(Error::ReadFacts(error)),
    }
}
