//! Parts of different versions.

use landfall_core::code::Code;
use landfall_wire::{Door, FromDoor, Hello, Standing, WireError};

use crate::engine::{Engine, fresh};
use crate::manners::Raw;

fn of_protocol(protocol: u32) -> Hello {
    Hello { protocol, version: format!("{protocol}.0.0"), idle: false }
}

#[tokio::test]
async fn a_newer_and_an_older_engine_are_both_named_as_the_cause() {
    for theirs in [0, 99] {
        let (_folder, places) = fresh();
        let engine = Engine::open_as(&places, of_protocol(theirs)).await;
        let error = Door::connect(&places).await.unwrap_err();
        assert_eq!(error.code(), Code::EngineVersion);
        assert!(error.to_string().contains(&format!("protocol {theirs} (version {theirs}.0.0)")), "{error}");
        assert!(!error.hint().is_empty());
        engine.end().await;
    }
}

#[tokio::test]
async fn an_idle_engine_makes_room_for_a_door_of_another_protocol() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    for protocol in [0, 99] {
        let mut raw = Raw::connect(&places).await;
        raw.frame(format!(r#"{{"protocol":{protocol},"version":"other"}}"#).as_bytes()).await;
        assert!(raw.answer().await.unwrap().contains("\"idle\":true"));
        raw.frame(br#"{"replace":true}"#).await;
        assert_eq!(raw.answer().await.unwrap(), r#"{"replace":true}"#);
        assert!(matches!(engine.next().await, FromDoor::ReplaceAsked));
    }
}

#[tokio::test]
async fn a_busy_engine_stays_and_says_with_what_it_is_busy() {
    let (_folder, places) = fresh();
    let engine = Engine::open_as(&places, of_protocol(99)).await;
    engine.standing.send(Standing::busy("run 10003 is writing rows")).unwrap();
    let launch = landfall_wire::Launch::engine_of("/nonexistent");
    let error = Door::connect_or_start(&places, &launch).await.unwrap_err();
    assert!(matches!(&error, WireError::Protocol { busy_with: Some(_), .. }), "{error:?}");
    assert!(error.hint().contains("run 10003 is writing rows"), "{}", error.hint());
    engine.end().await;
}
