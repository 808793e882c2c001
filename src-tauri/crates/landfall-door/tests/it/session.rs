//! What a session remembers when the engine has changed.

use landfall_core::api::AppEvent;
use landfall_door::Heard;
use tokio::time::timeout;

use crate::engine::{SOON, engine, fresh, session};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_began_anew_counts_its_announcements_from_one_again() {
    let (_folder, places) = fresh();
    engine(&places, 3, |_| ()).await;
    let mut session = session(&places).await;
    session.subscribe_after(true, Some(50)).await.unwrap();
    let heard = timeout(SOON, session.hear()).await.unwrap().unwrap();
    assert!(matches!(heard, Heard::Event(event) if matches!(*event, AppEvent::Snapshot(_))));
    assert_eq!(session.last_presented(), Some(3));
    session.presented(4);
    assert_eq!(session.last_presented(), Some(4));
}
