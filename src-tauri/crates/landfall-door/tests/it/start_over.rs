//! Starting over, with an engine and without one.

use std::fs::{self, File};
use std::sync::{Arc, Mutex};

use landfall_core::api::Command;
use landfall_door::{DoorError, start_over};
use landfall_wire::WireError;
use tokio::time::timeout;

use crate::engine::{SOON, engine, fresh, session};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_door_can_start_an_engine_from_before_the_passwords_are_forgotten_until_all_is_gone() {
    let (_folder, places) = fresh();
    fs::write(&places.ledger, "rows").unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    let start_lock = places.start_lock();
    engine(&places, 0, move |command| {
        let may_start = File::create(&start_lock).unwrap().try_lock().is_ok();
        hears.lock().unwrap().push((command.clone(), may_start));
    })
    .await;
    let session = session(&places).await;
    let removed = timeout(SOON, start_over::start_over(session, &places)).await.unwrap().unwrap();
    assert!(removed.paths.contains(&places.ledger) && !places.ledger.exists());
    assert!(removed.password_kept.is_none());
    let heard = heard.lock().unwrap();
    let held: Vec<_> = heard.iter().filter(|(command, _)| *command != Command::Status).cloned().collect();
    let expected =
        [(Command::ForgetPassword { all: true }, false), (Command::StopEngine { even_if_busy: true }, false)];
    assert_eq!(held, expected);
    assert!(File::create(places.start_lock()).unwrap().try_lock().is_ok(), "given back");
}

#[tokio::test]
async fn where_no_engine_can_be_started_the_data_goes_and_the_passwords_stay() {
    let (_folder, places) = fresh();
    fs::write(&places.ledger, "rows").unwrap();
    let removed = start_over::without_engine(&places, WireError::Lost.into()).await.unwrap();
    assert!(removed.paths.contains(&places.ledger) && !places.ledger.exists());
    assert!(matches!(removed.password_kept, Some(DoorError::Engine(WireError::Lost))));
}

#[tokio::test]
async fn data_that_an_engine_holds_which_does_not_answer_stays() {
    let (_folder, places) = fresh();
    fs::write(&places.ledger, "rows").unwrap();
    let lock = File::create(&places.lock).unwrap();
    lock.try_lock().unwrap();
    let refused = timeout(SOON, start_over::without_engine(&places, WireError::Lost.into())).await.unwrap();
    assert!(matches!(refused, Err(DoorError::Engine(WireError::Lost))), "{refused:?}");
    assert!(places.ledger.exists());
}
