//! What goes over the control socket, frame by frame.

use bytes::Bytes;
use landfall_core::api::{AppEvent, Command, Reply};
use landfall_core::code::ApiError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio_util::codec::LengthDelimitedCodec;

use crate::error::WireError;

/// The version of the frames. A door and an engine of different numbers don't talk.
pub const PROTOCOL: u32 = 2;

/// The largest frame either side takes. A list of some ten thousand runs fits.
pub const LARGEST_FRAME_BYTES: usize = 16 * 1024 * 1024;

/// The first frame of each side. Its shape never changes, whatever the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: u32,
    /// Of the program, for people.
    pub version: String,
    /// Of the engine: nothing would be lost if it ended now.
    #[serde(default)]
    pub idle: bool,
}

impl Hello {
    /// What this build says.
    pub fn current() -> Self {
        Self { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned(), idle: false }
    }
}

/// What a door of another protocol may still ask. Like [`Hello`], it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replace {
    /// The engine shall end, so that the door can start its own.
    pub replace: bool,
}

/// The engine's word on [`Replace`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceAnswer {
    /// It ends now.
    pub replace: bool,
    /// Why it doesn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_with: Option<String>,
}

/// A command on its way to the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The door's own number, given back with the answer.
    pub id: u64,
    pub command: Command,
}

/// What a question is known by when the rest of it is not understood.
#[derive(Debug, Deserialize)]
pub(crate) struct QuestionId {
    pub(crate) id: u64,
}

/// A frame from the engine to a door.
#[derive(Debug, Clone, PartialEq)]
pub enum ToDoor {
    Reply { id: u64, reply: Reply },
    Error { id: u64, error: ApiError },
    Event(AppEvent),
}

/// [`ToDoor`] on its way: exactly one of `reply`, `error` and `event` is there.
#[derive(Serialize, Deserialize)]
struct ToDoorFrame<R, E, V> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    reply: Option<R>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    error: Option<E>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    event: Option<V>,
}

fn none<T>() -> Option<T> {
    None
}

impl Serialize for ToDoor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, reply, error, event) = match self {
            Self::Reply { id, reply } => (Some(*id), Some(reply), None, None),
            Self::Error { id, error } => (Some(*id), None, Some(error), None),
            Self::Event(event) => (None, None, None, Some(event)),
        };
        ToDoorFrame { id, reply, error, event }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ToDoor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let frame = ToDoorFrame::<Reply, ApiError, AppEvent>::deserialize(deserializer)?;
        match (frame.id, frame.reply, frame.error, frame.event) {
            (Some(id), Some(reply), None, None) => Ok(Self::Reply { id, reply }),
            (Some(id), None, Some(error), None) => Ok(Self::Error { id, error }),
            (None, None, None, Some(event)) => Ok(Self::Event(event)),
            _ => Err(serde::de::Error::custom("expected one of reply, error and event")),
        }
    }
}

/// The frames of both directions: four bytes of length, most significant first, then as many bytes.
pub(crate) fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().max_frame_length(LARGEST_FRAME_BYTES).new_codec()
}

/// The bytes of a frame, without the length.
pub(crate) fn encode(value: &impl Serialize) -> Result<Bytes, WireError> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| WireError::Understand { reason: error.to_string() })?;
    if bytes.len() > LARGEST_FRAME_BYTES {
        return Err(WireError::TooLarge { bytes: bytes.len() });
    }
    Ok(bytes.into())
}

pub(crate) fn decode<T: DeserializeOwned>(frame: &[u8]) -> Result<T, WireError> {
    // The text of a JSON error names lines and columns, never content, so that no secret gets into it.
    serde_json::from_slice(frame).map_err(|error| WireError::Understand { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use landfall_core::code::Code;

    use super::*;

    #[test]
    fn what_goes_to_a_door_comes_out_the_same() {
        let error =
            ApiError::new(Code::NotFound, "there is no run 7", "see `landfall report list`").about("7");
        for frame in [
            ToDoor::Reply { id: 1, reply: Reply::Done },
            ToDoor::Reply { id: u64::MAX, reply: Reply::Runs { runs: vec![], total: 3 } },
            ToDoor::Error { id: 2, error },
            ToDoor::Event(AppEvent::Stopping { reason: "asked to".to_owned() }),
        ] {
            let bytes = encode(&frame).unwrap();
            assert_eq!(decode::<ToDoor>(&bytes).unwrap(), frame, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_frame_that_is_neither_answer_nor_event_is_refused() {
        for text in ["{}", "{\"id\":1}", "[]", "{\"id\":1,\"event\":{\"type\":\"stopping\"}}", "\u{0}"] {
            assert!(decode::<ToDoor>(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn hello_keeps_its_shape_for_ever() {
        let text =
            serde_json::to_string(&Hello { protocol: 1, version: "0.1.0".to_owned(), idle: true }).unwrap();
        assert_eq!(text, r#"{"protocol":1,"version":"0.1.0","idle":true}"#);
        let later: Hello = decode(br#"{"protocol":9,"version":"9.0","mood":"good"}"#).unwrap();
        assert_eq!(later, Hello { protocol: 9, version: "9.0".to_owned(), idle: false });
        assert_eq!(serde_json::to_string(&Replace { replace: true }).unwrap(), r#"{"replace":true}"#);
    }
}
