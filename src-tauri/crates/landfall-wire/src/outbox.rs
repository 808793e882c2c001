//! The way from the engine to one door.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use landfall_core::api::{Answer, AppEvent};
use landfall_core::code::{ApiError, Code};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::frame::{self, ToDoor};

/// How much may wait for a door that reads slowly. One that lets more pile up has stopped reading.
const MOST_WAITING_FRAMES: usize = 20_000;
const MOST_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// The door has closed, or was closed because it did not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the door is gone")]
pub struct DoorGone;

/// Takes what is to be sent to one door, and never waits for it.
#[derive(Debug, Clone)]
pub struct Outbox {
    items: mpsc::UnboundedSender<Item>,
    waiting: Arc<Waiting>,
    closed: CancellationToken,
}

#[derive(Debug)]
pub(crate) enum Item {
    Frame(Bytes),
    /// Told once everything before it is with the system.
    Flushed(oneshot::Sender<()>),
}

#[derive(Debug, Default)]
pub(crate) struct Waiting {
    frames: AtomicUsize,
    bytes: AtomicUsize,
}

impl Waiting {
    pub(crate) fn sent(&self, bytes: usize) {
        self.frames.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Outbox {
    pub(crate) fn new(closed: CancellationToken) -> (Self, mpsc::UnboundedReceiver<Item>, Arc<Waiting>) {
        let (items, queue) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting::default());
        (Self { items, waiting: Arc::clone(&waiting), closed }, queue, waiting)
    }

    /// Answers the command that came as `request`.
    pub fn answer(&self, request: u64, answer: Answer) -> Result<(), DoorGone> {
        self.send(&match answer {
            Ok(reply) => ToDoor::Reply { id: request, reply },
            Err(error) => ToDoor::Error { id: request, error },
        })
    }

    pub fn event(&self, event: AppEvent) -> Result<(), DoorGone> {
        self.send(&ToDoor::Event(event))
    }

    /// Sends one frame. An answer too large for a frame becomes an error that says so; such an event closes the
    /// door, as it would go on with a gap in what it knows.
    pub fn send(&self, message: &ToDoor) -> Result<(), DoorGone> {
        let bytes = match (frame::encode(message), message) {
            (Ok(bytes), _) => bytes,
            (Err(error), ToDoor::Reply { id, .. } | ToDoor::Error { id, .. }) => {
                let error =
                    ApiError::new(Code::Refused, error.to_string(), "Ask for less at once, with a limit.");
                frame::encode(&ToDoor::Error { id: *id, error }).map_err(|_| self.close())?
            }
            (Err(_), ToDoor::Event(_)) => return Err(self.close()),
        };
        if self.closed.is_cancelled() {
            return Err(DoorGone);
        }
        let frames = self.waiting.frames.fetch_add(1, Ordering::Relaxed) + 1;
        let waiting = self.waiting.bytes.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
        if frames > MOST_WAITING_FRAMES || waiting > MOST_WAITING_BYTES {
            return Err(self.close());
        }
        self.items.send(Item::Frame(bytes)).map_err(|_| DoorGone)
    }

    /// Waits until all that was sent so far is with the system. For the last words of an engine; the caller
    /// bounds it in time.
    pub async fn flushed(&self) -> Result<(), DoorGone> {
        let (told, done) = oneshot::channel();
        self.items.send(Item::Flushed(told)).map_err(|_| DoorGone)?;
        tokio::select! {
            done = done => done.map_err(|_| DoorGone),
            () = self.closed.cancelled() => Err(DoorGone),
        }
    }

    /// Closes the door; it sees a lost connection.
    pub fn close(&self) -> DoorGone {
        self.closed.cancel();
        DoorGone
    }
}
