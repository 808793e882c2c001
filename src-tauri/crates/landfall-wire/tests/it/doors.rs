//! Many doors, slow doors, lost engines.

use landfall_core::api::{AppEvent, Command, Reply};
use landfall_core::code::Code;
use landfall_wire::{Door, FromDoor, WireError};
use tokio::time::timeout;

use crate::engine::{Engine, SOON, echo, fresh};

fn stopping(reason: String) -> AppEvent {
    AppEvent::Stopping { reason }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_doors_at_once_each_get_their_own_answers() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    let mut asking = tokio::task::JoinSet::new();
    for door in 0..50_u64 {
        let places = places.clone();
        asking.spawn(async move {
            let connection = Door::connect(&places).await.unwrap();
            let asker = connection.asker();
            let questions = (0..20).map(|question| {
                let asker = asker.clone();
                async move {
                    let number = door * 1000 + question;
                    let answer = asker.ask(Command::ShowRun { run: number }).await.unwrap();
                    assert_eq!(answer, Ok(Reply::TaskStarted { task: number }));
                }
            });
            for question in questions.map(tokio::spawn).collect::<Vec<_>>() {
                question.await.unwrap();
            }
        });
    }
    timeout(SOON, async { while asking.join_next().await.transpose().unwrap().is_some() {} }).await.unwrap();
    engine.abort();
}

#[tokio::test]
async fn events_come_in_order_and_all_of_them_also_to_a_door_that_takes_its_time() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let mut door = Door::connect(&places).await.unwrap();
    let (_, outbox) = engine.opened().await;
    for number in 0..5000 {
        outbox.event(stopping(number.to_string())).unwrap();
    }
    timeout(SOON, outbox.flushed()).await.unwrap().unwrap();
    engine.end().await;
    for number in 0..5000 {
        assert_eq!(door.next_event().await.unwrap(), stopping(number.to_string()));
    }
    assert!(matches!(door.next_event().await, Err(WireError::Lost)));
}

#[tokio::test]
async fn a_question_that_is_open_when_its_door_is_dropped_is_lost_and_not_forgotten() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let door = Door::connect(&places).await.unwrap();
    engine.opened().await;
    let asker = door.asker();
    let asking = tokio::spawn({
        let asker = asker.clone();
        async move { asker.ask(Command::Status).await }
    });
    // It was heard, and is never answered.
    assert!(matches!(engine.next().await, FromDoor::Asked { .. }));
    drop(door);
    assert!(matches!(timeout(SOON, asking).await.unwrap().unwrap(), Err(WireError::Lost)));
    assert!(matches!(asker.ask(Command::Status).await, Err(WireError::Lost)));
    engine.end().await;
}

#[tokio::test]
async fn a_door_that_does_not_read_is_closed_and_never_holds_up_the_others() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    // Says hello and then never reads.
    let slow = crate::manners::Raw::connect(&places).await.greeted().await;
    let (slow_door, slow_outbox) = engine.opened().await;
    let good = Door::connect(&places).await.unwrap();
    let (good_door, good_outbox) = engine.opened().await;

    let text = "x".repeat(1000);
    let sent = (0..1_000_000).take_while(|_| slow_outbox.event(stopping(text.clone())).is_ok()).count();
    assert!((5_000..100_000).contains(&sent), "{sent} events fit before the door was closed");
    match engine.next().await {
        FromDoor::Closed { door } => assert_eq!(door, slow_door),
        other => panic!("{other:?}"),
    }

    let asking = tokio::spawn(async move { good.ask(Command::Rescan).await });
    let FromDoor::Asked { door, request, command } = engine.next().await else {
        panic!("expected a question")
    };
    assert_eq!((door, command), (good_door, Command::Rescan));
    good_outbox.answer(request, Ok(Reply::Done)).unwrap();
    assert_eq!(asking.await.unwrap().unwrap(), Ok(Reply::Done));
    drop(slow);
}

#[tokio::test]
async fn when_the_engine_dies_open_questions_end_and_so_does_the_wait_for_events() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let mut door = Door::connect(&places).await.unwrap();
    let (_, _outbox) = engine.opened().await;
    let asker = door.asker();
    let asking = tokio::spawn(async move { asker.ask(Command::Status).await });
    assert!(matches!(engine.next().await, FromDoor::Asked { .. }));
    engine.end().await;
    assert!(matches!(timeout(SOON, asking).await.unwrap().unwrap(), Err(WireError::Lost)));
    assert!(matches!(timeout(SOON, door.next_event()).await.unwrap(), Err(WireError::Lost)));
    assert!(matches!(door.ask(Command::Status).await, Err(WireError::Lost)));
}

#[tokio::test]
async fn the_engine_hears_that_a_door_is_gone() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let door = Door::connect(&places).await.unwrap();
    let (id, _outbox) = engine.opened().await;
    drop(door);
    assert!(matches!(engine.next().await, FromDoor::Closed { door } if door == id));
}

#[tokio::test]
async fn an_answer_too_large_for_a_frame_becomes_an_error_that_says_so() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let door = Door::connect(&places).await.unwrap();
    let (_, outbox) = engine.opened().await;
    let asking = tokio::spawn(async move { door.ask(Command::ReadSettings).await });
    let FromDoor::Asked { request, .. } = engine.next().await else { panic!("expected a question") };
    let path = "p".repeat(17 * 1024 * 1024);
    let huge = Reply::Settings { settings: Box::default(), problems: vec![], path };
    outbox.answer(request, Ok(huge)).unwrap();
    assert_eq!(asking.await.unwrap().unwrap().unwrap_err().code, Code::Refused);
}
