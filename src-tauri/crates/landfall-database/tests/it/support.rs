//! Words for the tests: connecting to a fixture's database, and the day they play on.

use jiff::civil::{Date, date};
use landfall_database::sample::{self, Filled};
use landfall_tests::postgres::Database;
use tokio_postgres::{Client, Config, NoTls};

/// The day the tests take for today.
pub(crate) const TODAY: Date = date(2026, 11, 22);
pub(crate) const SEED: u64 = 7;

pub(crate) async fn connect(database: &Database) -> Client {
    let mut config = Config::new();
    config.host(database.host()).port(database.port()).dbname(database.name());
    config.user(database.user()).password(database.password());
    let (client, connection) = config.connect(NoTls).await.expect("the fixture accepts connections");
    tokio::spawn(connection);
    client
}

/// Migrates and fills; the progress that was told.
pub(crate) async fn fill(client: &mut Client, seed: u64, today: Date) -> Vec<Filled> {
    landfall_database::migrate::migrate(client).await.expect("migrates");
    let mut told = Vec::new();
    sample::top_up(client, seed, today, |filled| told.push(filled)).await.expect("fills");
    told
}

/// Everything in the tables that a report reads, as one text per table.
pub(crate) fn contents(database: &Database) -> Vec<String> {
    landfall_database::migrate::TABLES
        .iter()
        .map(|table| {
            database.sql(&format!("SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t"))
        })
        .collect()
}
