//! What a door may do wrong without harming the engine or the other doors.

use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_wire::{Door, PROTOCOL, Places};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::engine::{Engine, SOON, echo, fresh};

/// A connection that can say anything.
pub(crate) struct Raw {
    stream: UnixStream,
}

impl Raw {
    pub(crate) async fn connect(places: &Places) -> Self {
        Self { stream: UnixStream::connect(&places.socket).await.unwrap() }
    }

    /// After a proper exchange of hellos.
    pub(crate) async fn greeted(mut self) -> Self {
        let hello = format!(r#"{{"protocol":{PROTOCOL},"version":"test"}}"#);
        self.frame(hello.as_bytes()).await;
        assert!(self.answer().await.unwrap().contains(&format!("\"protocol\":{PROTOCOL}")));
        self
    }

    pub(crate) async fn frame(&mut self, bytes: &[u8]) {
        self.stream.write_u32(u32::try_from(bytes.len()).unwrap()).await.unwrap();
        self.stream.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next frame; `None` if the engine hung up.
    pub(crate) async fn answer(&mut self) -> Option<String> {
        timeout(SOON, async {
            let length = self.stream.read_u32().await.ok()?;
            let mut bytes = vec![0; length as usize];
            self.stream.read_exact(&mut bytes).await.ok()?;
            Some(String::from_utf8(bytes).unwrap())
        })
        .await
        .unwrap()
    }
}

async fn still_answers(places: &Places) {
    let door = Door::connect(places).await.unwrap();
    let answer = timeout(SOON, door.ask(Command::ShowRun { run: 5 })).await.unwrap().unwrap();
    assert_eq!(answer, Ok(Reply::TaskStarted { task: 5 }));
}

#[tokio::test]
async fn garbage_instead_of_a_hello_closes_that_door_only() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0, 0, 3, b'{', b'{', b'{'], &[0; 64]] {
        let mut raw = Raw::connect(&places).await;
        assert!(raw.answer().await.is_some(), "the engine says hello first");
        raw.bytes(garbage).await;
        assert_eq!(raw.answer().await, None);
    }
    still_answers(&places).await;
    engine.abort();
}

#[tokio::test]
async fn a_frame_larger_than_allowed_is_not_even_read() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    let mut raw = Raw::connect(&places).await.greeted().await;
    raw.bytes(&(16 * 1024 * 1024 + 1_u32).to_be_bytes()).await;
    assert_eq!(raw.answer().await, None);
    still_answers(&places).await;
    engine.abort();
}

#[tokio::test]
async fn an_unknown_command_with_a_number_is_answered_and_the_door_stays_open() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    let mut raw = Raw::connect(&places).await.greeted().await;
    raw.frame(br#"{"id":7,"command":{"command":"make-coffee"}}"#).await;
    let answer = raw.answer().await.unwrap();
    assert!(answer.starts_with(r#"{"id":7,"error":{"code":"usage""#), "{answer}");
    raw.frame(br#"{"id":8,"command":{"command":"rescan"}}"#).await;
    assert_eq!(raw.answer().await.unwrap(), r#"{"id":8,"reply":{"reply":"done"}}"#);
    engine.abort();
}

#[tokio::test]
async fn garbage_without_a_number_closes_that_door_only() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    for garbage in [&b"\xff\xfe"[..], b"[1,2]", b"{}", b""] {
        let mut raw = Raw::connect(&places).await.greeted().await;
        raw.frame(garbage).await;
        assert_eq!(raw.answer().await, None);
    }
    still_answers(&places).await;
    engine.abort();
}

#[tokio::test]
async fn half_a_frame_and_goodbye_leaves_no_door_behind() {
    let (_folder, places) = fresh();
    let mut engine = Engine::open(&places).await;
    let mut raw = Raw::connect(&places).await.greeted().await;
    let (opened, _outbox) = engine.opened().await;
    raw.bytes(&[0, 0, 1, 0, b'{']).await;
    drop(raw);
    assert!(matches!(engine.next().await, landfall_wire::FromDoor::Closed { door } if door == opened));
}

#[tokio::test(start_paused = true)]
async fn a_door_that_says_nothing_is_let_go() {
    let (_folder, places) = fresh();
    let _engine = Engine::open(&places).await.answer_all(echo);
    let mut raw = Raw::connect(&places).await;
    assert!(raw.answer().await.is_some());
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(raw.answer().await, None);
}
