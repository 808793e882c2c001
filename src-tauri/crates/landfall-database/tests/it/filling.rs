//! Filling the window: complete, exact, the same whatever the way there.

use jiff::ToSpan;
use landfall_database::Error;
use landfall_database::migrate::migrate;
use landfall_database::sample::{DAYS_TABLE, top_up};
use landfall_tests::postgres::Postgres;

use crate::support::{SEED, TODAY, connect, contents, fill};

const RANGE: &str = "SELECT min(created_at)::date || ' ' || max(created_at)::date FROM tickets";

#[tokio::test]
async fn a_first_fill_holds_exactly_the_window_and_a_second_changes_nothing() {
    let database = Postgres::shared().database("fill");
    let mut client = connect(&database).await;
    let told = fill(&mut client, SEED, TODAY).await;

    assert_eq!(
        told.iter().map(|filled| filled.days_done).collect::<Vec<_>>(),
        (1..=10).map(|n| n * 40).collect::<Vec<_>>()
    );
    assert_eq!(database.sql(RANGE), "2025-10-18 2026-11-21");
    assert_eq!(database.sql("SELECT count(*) FROM tickets"), told[9].tickets.to_string());
    assert_eq!(database.sql("SELECT count(*) FROM bookings b WHERE total <> (SELECT sum(fare + tax - coalesce(discount, 0)) FROM tickets WHERE booking_id = b.id)"), "0");

    let before = contents(&database);
    let second = top_up(&mut client, SEED, TODAY, |_| panic!("nothing to tell")).await.unwrap();
    assert_eq!((second.days_added, second.days_removed), (0, 0));
    assert_eq!(contents(&database), before);
}

#[tokio::test]
async fn topping_up_gives_the_same_rows_as_filling_at_once() {
    let (server, later) = (Postgres::shared(), TODAY.saturating_add(45.days()));
    let (grown, fresh) = (server.database("grown"), server.database("fresh"));
    let mut client = connect(&grown).await;
    fill(&mut client, SEED, TODAY).await;
    let topped_up = top_up(&mut client, SEED, later, |_| {}).await.unwrap();
    assert_eq!((topped_up.days_added, topped_up.days_removed), (45, 45));

    fill(&mut connect(&fresh).await, SEED, later).await;
    assert_eq!(contents(&grown), contents(&fresh));
    let days = format!("SELECT string_agg(d::text, ',' ORDER BY day) FROM {DAYS_TABLE} d");
    assert_eq!(grown.sql(&days), fresh.sql(&days));
}

#[tokio::test]
async fn a_clock_that_goes_back_takes_the_window_with_it() {
    let database = Postgres::shared().database("back");
    let mut client = connect(&database).await;
    fill(&mut client, SEED, TODAY).await;
    top_up(&mut client, SEED, TODAY.saturating_sub(10.days()), |_| {}).await.unwrap();
    assert_eq!(database.sql(RANGE), "2025-10-08 2026-11-11");
}

#[tokio::test]
async fn another_seed_replaces_every_sample_row() {
    let server = Postgres::shared();
    let (changed, fresh) = (server.database("changed"), server.database("fresh"));
    let mut client = connect(&changed).await;
    fill(&mut client, SEED, TODAY).await;
    fill(&mut client, SEED + 1, TODAY).await;
    fill(&mut connect(&fresh).await, SEED + 1, TODAY).await;
    assert_eq!(contents(&changed), contents(&fresh));
}

#[tokio::test]
async fn a_fill_that_is_cut_off_leaves_whole_days_and_goes_on_where_it_was() {
    let server = Postgres::shared();
    let (cut, fresh) = (server.database("cut"), server.database("fresh"));
    let mut client = connect(&cut).await;
    migrate(&mut client).await.unwrap();
    let (reached, mut fourth_batch) = tokio::sync::mpsc::unbounded_channel();
    let filling = tokio::spawn(async move {
        top_up(&mut client, SEED, TODAY, |filled| {
            if filled.days_done >= 160 {
                let _ = reached.send(());
            }
        })
        .await
    });
    fourth_batch.recv().await.unwrap();
    filling.abort();
    let _ = filling.await;

    let mut client = connect(&cut).await;
    let told = fill(&mut client, SEED, TODAY).await;
    assert!(told.len() <= 6, "four batches were there: {told:?}");
    fill(&mut connect(&fresh).await, SEED, TODAY).await;
    assert_eq!(contents(&cut), contents(&fresh));
}

#[tokio::test]
async fn two_fills_at_once_end_with_one_window() {
    let database = Postgres::shared().database("twice");
    let (mut one, mut other) = (connect(&database).await, connect(&database).await);
    migrate(&mut one).await.unwrap();
    let (one, other) =
        tokio::join!(top_up(&mut one, SEED, TODAY, |_| {}), top_up(&mut other, SEED, TODAY, |_| {}));
    assert_eq!(one.unwrap().days_added + other.unwrap().days_added, 400);
}

#[tokio::test]
async fn a_database_without_the_schema_says_to_migrate() {
    let database = Postgres::shared().database("bare");
    let mut client = connect(&database).await;
    let error = top_up(&mut client, SEED, TODAY, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::WriteSample { table: "stations", .. }), "{error}");
    assert!(error.hint().contains("landfall db migrate"), "{}", error.hint());
}
