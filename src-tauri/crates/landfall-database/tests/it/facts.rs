//! What `db test` and `db status` show.

use landfall_database::facts::facts;
use landfall_tests::postgres::Postgres;

use crate::support::{SEED, TODAY, connect, fill};

#[tokio::test]
async fn an_empty_database_has_no_tables_and_no_range() {
    let database = Postgres::shared().database("facts");
    let facts = facts(&mut connect(&database).await).await.unwrap();
    assert_eq!((facts.database.as_str(), facts.user.as_str()), (database.name(), database.user()));
    assert!(
        facts.server_version.starts_with(|digit: char| digit.is_ascii_digit()),
        "{}",
        facts.server_version
    );
    assert!(facts.tables.is_empty() && facts.first_created_at.is_none() && facts.last_created_at.is_none());
    assert!(!facts.migrated.is_current());
}

#[tokio::test]
async fn a_filled_database_shows_counts_and_the_range_of_created_at() {
    let database = Postgres::shared().database("facts");
    let mut client = connect(&database).await;
    let told = fill(&mut client, SEED, TODAY).await;
    let facts = facts(&mut client).await.unwrap();
    let tickets = facts.tables.iter().find(|table| table.name == "tickets").unwrap();
    assert_eq!((tickets.rows, tickets.estimated), (told.last().unwrap().tickets, false));
    assert_eq!(facts.tables.len(), 7);
    assert!(facts.first_created_at.unwrap().to_string().starts_with("2025-10-18"));
    assert!(facts.last_created_at.unwrap().to_string().starts_with("2026-11-21"));
    assert!(facts.migrated.is_current());
}

#[tokio::test]
async fn times_that_are_no_times_give_no_range() {
    let database = Postgres::shared().database("facts");
    database.sql("CREATE TABLE tickets (created_at timestamptz); INSERT INTO tickets VALUES ('infinity'), ('-infinity')");
    let facts = facts(&mut connect(&database).await).await.unwrap();
    assert_eq!((facts.first_created_at, facts.last_created_at), (None, None));
    assert_eq!(facts.migrated.foreign, ["tickets"]);
}

#[tokio::test]
async fn a_table_that_takes_too_long_to_count_is_estimated() {
    let database = Postgres::shared().database("facts");
    // A view whose every row waits stands for a table of terabytes.
    database.sql("CREATE VIEW tickets AS SELECT now() AS created_at FROM pg_sleep(30)");
    let facts = facts(&mut connect(&database).await).await.unwrap();
    assert!(facts.tables[0].estimated);
    assert_eq!(facts.first_created_at, None);
}
