//! Migrating: from nothing, again, at once, and where it must not.

use landfall_database::Error;
use landfall_database::migrate::{HISTORY_TABLE, TABLES, migrate, status};
use landfall_tests::postgres::Postgres;

use crate::support::connect;

const LATEST: &str = "V1__ticketing";

#[tokio::test]
async fn an_empty_database_gets_every_table_and_a_second_time_changes_nothing() {
    let database = Postgres::shared().database("migrate");
    let mut client = connect(&database).await;
    assert_eq!(status(&client).await.unwrap().pending, [LATEST]);

    let first = migrate(&mut client).await.unwrap();
    let second = migrate(&mut client).await.unwrap();

    assert_eq!((first.applied, first.already), (vec![LATEST.to_owned()], 0));
    assert_eq!((second.applied, second.already), (vec![], 1));
    for table in TABLES {
        assert_eq!(database.sql(&format!("SELECT count(*) FROM {table}")), "0");
    }
    let status = status(&client).await.unwrap();
    assert!(status.is_current());
    assert_eq!(status.applied, [LATEST]);
}

#[tokio::test]
async fn of_two_migrations_at_once_one_does_the_work_and_the_other_finds_it_done() {
    let database = Postgres::shared().database("migrate");
    let (mut one, mut other) = (connect(&database).await, connect(&database).await);
    let (one, other) = tokio::join!(migrate(&mut one), migrate(&mut other));
    let mut already = [one.unwrap().already, other.unwrap().already];
    already.sort_unstable();
    assert_eq!(already, [0, 1]);
}

#[tokio::test]
async fn tables_and_types_of_somebody_else_are_named_and_left_alone() {
    let database = Postgres::shared().database("migrate");
    database.sql("CREATE TABLE tickets (seat text); INSERT INTO tickets VALUES ('12A'); CREATE TYPE pay_method AS ENUM ()");
    let mut client = connect(&database).await;

    let error = migrate(&mut client).await.unwrap_err();

    let Error::ForeignTables { names } = &error else { panic!("{error}") };
    assert_eq!(names, &["pay_method", "tickets"]);
    assert!(error.hint().contains("empty database"), "{}", error.hint());
    assert_eq!(status(&client).await.unwrap().foreign, ["pay_method", "tickets"]);
    assert_eq!(database.sql("SELECT seat FROM tickets"), "12A");
    assert_eq!(database.sql(&format!("SELECT to_regclass('{HISTORY_TABLE}') IS NULL")), "t");
}

#[tokio::test]
async fn a_database_of_a_newer_landfall_is_refused() {
    let database = Postgres::shared().database("migrate");
    let mut client = connect(&database).await;
    migrate(&mut client).await.unwrap();
    database.sql(&format!(
        "INSERT INTO {HISTORY_TABLE} VALUES (999, 'from_the_future', '2030-01-01T00:00:00Z', '1')"
    ));
    let error = migrate(&mut client).await.unwrap_err();
    assert!(matches!(error, Error::NewerHistory { .. }), "{error}");
    assert!(error.to_string().contains("V999__from_the_future") && error.hint().contains("Update Landfall"));
}

#[tokio::test]
async fn a_database_made_with_another_text_of_a_migration_is_refused() {
    let database = Postgres::shared().database("migrate");
    let mut client = connect(&database).await;
    migrate(&mut client).await.unwrap();
    database.sql(&format!("UPDATE {HISTORY_TABLE} SET checksum = '1'"));
    let error = migrate(&mut client).await.unwrap_err();
    assert!(matches!(error, Error::ChangedMigrations { .. }), "{error}");
}

#[tokio::test]
async fn a_history_that_is_not_ours_is_an_error_and_no_crash() {
    let database = Postgres::shared().database("migrate");
    let mut client = connect(&database).await;
    migrate(&mut client).await.unwrap();
    database.sql(&format!("UPDATE {HISTORY_TABLE} SET applied_on = 'yesterday'"));
    let error = migrate(&mut client).await.unwrap_err();
    assert!(matches!(error, Error::UnderstandHistory { version: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_user_who_may_not_create_tables_is_told_what_to_ask_for() {
    let server = Postgres::shared();
    let database = server.database("migrate");
    let role = server.role("pw");
    let mut config = tokio_postgres::Config::new();
    config.host(database.host()).port(database.port()).dbname(database.name()).user(&role).password("pw");
    let (mut client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let error = migrate(&mut client).await.unwrap_err();
    assert!(error.hint().contains("GRANT"), "{error}: {}", error.hint());
}
