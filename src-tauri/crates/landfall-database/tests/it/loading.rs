//! Sample rows on a person's own server.

use landfall_database::Error;
use landfall_database::migrate::migrate;
use landfall_database::sample::{load, occupied};
use landfall_tests::postgres::Postgres;

use crate::support::{SEED, TODAY, connect};

#[tokio::test]
async fn an_empty_database_is_filled_without_asking_and_so_it_is_a_second_time() {
    let database = Postgres::shared().database("load");
    let mut client = connect(&database).await;
    let first = load(&mut client, SEED, TODAY, None, |_| {}).await.unwrap();
    let second = load(&mut client, SEED, TODAY, None, |_| {}).await.unwrap();
    assert_eq!((first.migrated.applied.len(), first.topped_up.days_added), (1, 400));
    assert_eq!((second.migrated.applied.len(), second.topped_up.days_added), (0, 0));
}

#[tokio::test]
async fn a_table_of_somebody_else_is_named_and_the_name_of_the_database_is_wanted() {
    let database = Postgres::shared().database("load");
    database.sql("CREATE SCHEMA crm; CREATE TABLE crm.customers (id int)");
    let mut client = connect(&database).await;

    let error = load(&mut client, SEED, TODAY, None, |_| {}).await.unwrap_err();
    let Error::NotEmpty { found, .. } = &error else { panic!("{error}") };
    assert_eq!(found, &["table crm.customers"]);
    assert!(error.hint().contains(database.name()), "{}", error.hint());
    assert_eq!(database.sql("SELECT to_regclass('tickets') IS NULL"), "t", "nothing was made");

    let error = load(&mut client, SEED, TODAY, Some("another"), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::NameDiffers { .. }), "{error}");

    let loaded = load(&mut client, SEED, TODAY, Some(database.name()), |_| {}).await.unwrap();
    assert_eq!(loaded.topped_up.days_added, 400);
}

#[tokio::test]
async fn own_rows_in_our_tables_are_seen_and_survive_beside_sample_rows() {
    let database = Postgres::shared().database("load");
    let mut client = connect(&database).await;
    migrate(&mut client).await.unwrap();
    let own = "INSERT INTO bookings VALUES (1, 'OWN', 'web', 'confirmed', 'EUR', 0, 'me@example.com', NULL, NULL, now())";
    database.sql(own);

    let error = load(&mut client, SEED, TODAY, None, |_| {}).await.unwrap_err();
    let Error::NotEmpty { found, .. } = &error else { panic!("{error}") };
    assert_eq!(found, &["rows in bookings"]);

    load(&mut client, SEED, TODAY, Some(database.name()), |_| {}).await.unwrap();
    assert_eq!(database.sql("SELECT reference FROM bookings WHERE id = 1"), "OWN");
    assert_eq!(occupied(&client).await.unwrap().rows, ["bookings"]);
}

#[tokio::test]
async fn own_rows_that_collide_stop_the_fill_and_nothing_is_changed() {
    let database = Postgres::shared().database("load");
    let mut client = connect(&database).await;
    migrate(&mut client).await.unwrap();
    database.sql("INSERT INTO stations VALUES (1, 'OWN', 'Mine', 'Mine', 'UTC')");
    let error = load(&mut client, SEED, TODAY, Some(database.name()), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::WriteSample { table: "stations", .. }), "{error}");
    assert!(error.hint().contains("nothing was changed"), "{}", error.hint());
    assert_eq!(database.sql("SELECT string_agg(name, ',') FROM stations"), "Mine");
}
