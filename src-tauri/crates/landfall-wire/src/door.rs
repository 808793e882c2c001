//! A door's end of the control socket.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use interprocess::local_socket::tokio::Stream;
use landfall_core::api::{Answer, AppEvent, Command};
use tokio::io::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec};

use crate::address;
use crate::error::WireError;
use crate::frame::{self, Hello, Question, Replace, ReplaceAnswer, ToDoor};
use crate::launch::{self, Launch};
use crate::places::Places;

const HELLO_WITHIN: Duration = Duration::from_secs(5);

type Reader = FramedRead<ReadHalf<Stream>, LengthDelimitedCodec>;
type Writer = FramedWrite<WriteHalf<Stream>, LengthDelimitedCodec>;

/// A connection to the engine. Dropping it closes it, and ends nothing else.
///
/// Whatever the engine sends is read as it comes and kept until it is asked for, so that a door that is busy with
/// a question to a person is not taken for one that stopped reading.
#[derive(Debug)]
pub struct Door {
    asker: Asker,
    events: mpsc::UnboundedReceiver<AppEvent>,
    engine: Hello,
    tasks: [AbortHandle; 2],
}

/// The asking half of a [`Door`], for those who ask while another waits for events.
#[derive(Debug, Clone)]
pub struct Asker {
    next: Arc<AtomicU64>,
    outgoing: mpsc::UnboundedSender<Bytes>,
    /// `None` once the connection is lost.
    waiting: Waiting,
}

type Waiting = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>>;

impl Asker {
    /// Asks, and waits for the answer. The engine answers at once; long work is told in events.
    ///
    /// # Errors
    /// `Lost` when the connection is gone; whether the engine took the command is not known then.
    pub async fn ask(&self, command: Command) -> Result<Answer, WireError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let bytes = frame::encode(&Question { id, command })?;
        let (tell, told) = oneshot::channel();
        match self.waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(waiting) => waiting.insert(id, tell),
            None => return Err(WireError::Lost),
        };
        self.outgoing.send(bytes).map_err(|_| WireError::Lost)?;
        told.await.map_err(|_| WireError::Lost)
    }
}

impl Door {
    /// Connects to the engine of these places, if one answers.
    pub async fn connect(places: &Places) -> Result<Self, WireError> {
        Self::connect_as(places, Hello::current()).await
    }

    /// Connects to the engine of these places; starts it if none answers, and replaces an idle one of another
    /// protocol. Of many doors that do so at once, one starts the engine.
    pub async fn connect_or_start(places: &Places, launch: &Launch) -> Result<Self, WireError> {
        launch::connect_or_start(places, launch, Hello::current()).await
    }

    /// As [`Door::connect`], introducing itself as `hello`.
    pub async fn connect_as(places: &Places, hello: Hello) -> Result<Self, WireError> {
        match meet(places, &hello).await? {
            Met::Door(door) => Ok(door),
            Met::Other(other) => Err(other.refusal(&hello, None)),
        }
    }

    fn over(reader: Reader, writer: Writer, engine: Hello) -> Self {
        let (outgoing, queue) = mpsc::unbounded_channel();
        let (event, events) = mpsc::unbounded_channel();
        let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let asker = Asker { next: Arc::new(AtomicU64::new(1)), outgoing, waiting: Arc::clone(&waiting) };
        let writing = tokio::spawn(write(writer, queue));
        let stop_writing = writing.abort_handle();
        let reading = tokio::spawn(async move {
            read(reader, &waiting, &event).await;
            // Every open question ends as "lost" when its sender goes.
            waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            writing.abort();
        });
        Self { asker, events, engine, tasks: [reading.abort_handle(), stop_writing] }
    }

    /// As [`Asker::ask`].
    pub async fn ask(&self, command: Command) -> Result<Answer, WireError> {
        self.asker.ask(command).await
    }

    pub fn asker(&self) -> Asker {
        self.asker.clone()
    }

    /// The next event, once [`Command::Subscribe`] was asked. May be dropped while it waits; no event is lost.
    ///
    /// # Errors
    /// `Lost` when the connection is gone and every event before that was given.
    pub async fn next_event(&mut self) -> Result<AppEvent, WireError> {
        self.events.recv().await.ok_or(WireError::Lost)
    }

    /// What the engine said it is.
    pub fn engine(&self) -> &Hello {
        &self.engine
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        // The reader is gone and can't say so; who still asks is told here.
        self.asker.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

async fn write(mut writer: Writer, mut queue: mpsc::UnboundedReceiver<Bytes>) {
    while let Some(bytes) = queue.recv().await {
        if writer.send(bytes).await.is_err() {
            return;
        }
    }
}

/// Reads until the connection ends or the engine talks nonsense.
async fn read(mut reader: Reader, waiting: &Waiting, events: &mpsc::UnboundedSender<AppEvent>) {
    while let Some(Ok(frame)) = reader.next().await {
        let (id, answer) = match frame::decode(&frame) {
            Ok(ToDoor::Reply { id, reply }) => (id, Ok(reply)),
            Ok(ToDoor::Error { id, error }) => (id, Err(error)),
            Ok(ToDoor::Event(event)) => {
                let _ = events.send(event);
                continue;
            }
            Err(_) => return,
        };
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tell) = waiting.as_mut().and_then(|waiting| waiting.remove(&id)) {
            let _ = tell.send(answer);
        }
    }
}

/// The socket of these places, or the one the engine says it uses.
async fn stream(places: &Places) -> Result<Stream, WireError> {
    let first = match address::connect(&places.socket).await {
        Err(error @ WireError::Connect { .. }) => error,
        other => return other,
    };
    match told_socket(&places.address()) {
        Some(socket) if socket != places.socket => address::connect(&socket).await.map_err(|_| first),
        _ => Err(first),
    }
}

fn told_socket(address: &Path) -> Option<PathBuf> {
    // Only a path; who answers there is checked after connecting.
    std::fs::read_to_string(address).ok().map(PathBuf::from).filter(|socket| socket.is_absolute())
}

async fn greet(stream: Stream, hello: &Hello) -> Result<(Reader, Writer, Hello), WireError> {
    let (read, write) = tokio::io::split(stream);
    let mut reader = FramedRead::new(read, frame::codec());
    let mut writer = FramedWrite::new(write, frame::codec());
    writer.send(frame::encode(hello)?).await.map_err(|_| WireError::Lost)?;
    let engine = next(&mut reader).await?;
    Ok((reader, writer, engine))
}

async fn next<T: serde::de::DeserializeOwned>(reader: &mut Reader) -> Result<T, WireError> {
    match timeout(HELLO_WITHIN, reader.next()).await {
        Err(_) => Err(WireError::NoHello { within: HELLO_WITHIN }),
        Ok(Some(Err(error))) if error.kind() == io::ErrorKind::InvalidData => {
            Err(WireError::Understand { reason: error.to_string() })
        }
        // A killed engine resets the connection of a door that is just saying hello.
        Ok(None | Some(Err(_))) => Err(WireError::Lost),
        Ok(Some(Ok(frame))) => frame::decode(&frame),
    }
}

/// What answered.
pub(crate) enum Met {
    Door(Door),
    Other(OtherEngine),
}

/// An engine of another protocol.
pub(crate) struct OtherEngine {
    reader: Reader,
    writer: Writer,
    hello: Hello,
}

pub(crate) async fn meet(places: &Places, hello: &Hello) -> Result<Met, WireError> {
    let (reader, writer, engine) = greet(stream(places).await?, hello).await?;
    Ok(if engine.protocol == hello.protocol {
        Met::Door(Door::over(reader, writer, engine))
    } else {
        Met::Other(OtherEngine { reader, writer, hello: engine })
    })
}

impl OtherEngine {
    /// Asks it to end, and gives its version if it does.
    ///
    /// # Errors
    /// `Protocol` with what keeps it busy if it stays.
    pub(crate) async fn make_room(mut self, ours: &Hello) -> Result<String, WireError> {
        let ask = frame::encode(&Replace { replace: true })?;
        self.writer.send(ask).await.map_err(|_| WireError::Lost)?;
        let answer: ReplaceAnswer = next(&mut self.reader).await?;
        if answer.replace {
            return Ok(self.hello.version);
        }
        let busy_with = answer.busy_with.unwrap_or_else(|| "it does not say with what".to_owned());
        Err(self.refusal(ours, Some(busy_with)))
    }

    fn refusal(self, ours: &Hello, busy_with: Option<String>) -> WireError {
        WireError::Protocol {
            ours: ours.protocol,
            theirs: self.hello.protocol,
            version: self.hello.version,
            busy_with,
        }
    }
}
