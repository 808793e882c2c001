//! Sample rows on a person's own server: only where nothing else is, or where they typed its name.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;

use super::fill::{Filled, ToppedUp, top_up};
use super::network::{ROUTES, STATIONS};
use super::passengers::PASSENGERS;
use super::window::Day;
use super::{DAYS_TABLE, SAMPLE_TABLE};
use crate::Error;
use crate::migrate::{self, HISTORY_TABLE, Migrated, TABLES};

/// What [`load`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub migrated: Migrated,
    pub topped_up: ToppedUp,
}

/// What stands in the way of sample rows, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupied {
    /// Tables of `traindb` with rows that are not sample rows.
    pub rows: Vec<String>,
    /// Tables that are not Landfall's, as `schema.table`.
    pub tables: Vec<String>,
}

/// Migrates a person's own database and tops its sample rows up.
///
/// A database that holds anything else, rows or tables, is refused unless `confirmed_name` is its name; even then
/// nothing of it is changed or removed, and sample rows that collide with it are refused by the server as a whole.
pub async fn load(
    client: &mut Client,
    seed: u64,
    today: Date,
    confirmed_name: Option<&str>,
    progress: impl FnMut(Filled),
) -> Result<Loaded, Error> {
    let database: String =
        client.query_one("SELECT current_database()::text", &[]).await.map_err(Error::ReadSample)?.get(0);
    match confirmed_name {
        Some(given) if given != database => {
            return Err(Error::NameDiffers { given: given.to_owned(), database });
        }
        Some(_) => {}
        None => {
            let occupied = occupied(client).await?;
            let mut found: Vec<String> = occupied.tables.iter().map(|name| format!("table {name}")).collect();
            found.extend(occupied.rows.iter().map(|name| format!("rows in {name}")));
            if !found.is_empty() {
                return Err(Error::NotEmpty { database, found });
            }
        }
    }
    let migrated = migrate::migrate(client).await?;
    let topped_up = top_up(client, seed, today, progress).await?;
    Ok(Loaded { migrated, topped_up })
}

/// Looks for everything in the database that is not Landfall's sample.
pub async fn occupied(client: &Client) -> Result<Occupied, Error> {
    let tables = read_other_tables(client).await?;
    let mut rows = Vec::new();
    let migrated = !migrate::status(client).await?.applied.is_empty();
    let filled = migrated && migrate::relation_exists(client, DAYS_TABLE).await?;
    for table in TABLES {
        if migrated && has_other_rows(client, table, filled).await? {
            rows.push(table.to_owned());
        }
    }
    Ok(Occupied { rows, tables })
}

/// Ordinary tables outside of the system's schemas that neither Landfall nor an extension made. Without a history of
/// ours, tables with our names are somebody else's too.
async fn read_other_tables(client: &Client) -> Result<Vec<String>, Error> {
    let mut ours = vec![HISTORY_TABLE, SAMPLE_TABLE, DAYS_TABLE];
    if !migrate::status(client).await?.applied.is_empty() {
        ours.extend(TABLES);
    }
    let query = "
        SELECT format('%I.%I', nspname, relname)
          FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
         WHERE relkind IN ('r', 'p', 'f', 'm')
           AND nspname <> 'information_schema' AND nspname !~ '^pg_'
           AND NOT (nspname = current_schema() AND relname::text = ANY($1))
           AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                              AND objid = pg_class.oid AND deptype = 'e')
         ORDER BY 1";
    let rows = client.query(query, &[&ours]).await.map_err(Error::ReadSample)?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn has_other_rows(client: &Client, table: &'static str, filled: bool) -> Result<bool, Error> {
    let last_id = match table {
        "stations" => Some(STATIONS),
        "routes" => Some(ROUTES),
        "passengers" => Some(PASSENGERS),
        _ => None,
    };
    let is_sample = match (filled, last_id) {
        (false, _) => "false".to_owned(),
        (true, Some(last)) => format!("id BETWEEN 1 AND {last}"),
        (true, None) => {
            format!("id / {} IN (SELECT day - date '1970-01-01' FROM {DAYS_TABLE})", Day::IDS)
        }
    };
    let query = format!("SELECT EXISTS (SELECT FROM {table} WHERE NOT ({is_sample}))");
    let row = client.query_one(&query, &[]).await.map_err(Error::ReadSample)?;
    Ok(row.get(0))
}
