//! One connection at the engine's end, from hello to goodbye, and the loop that accepts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use interprocess::local_socket::tokio::Stream;
use landfall_core::code::{ApiError, Code};
use tokio::io::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec};
use tokio_util::sync::CancellationToken;

use crate::address;
use crate::frame::{self, Hello, Question, QuestionId, Replace, ReplaceAnswer, ToDoor};
use crate::outbox::{Item, Outbox, Waiting};
use crate::server::{DoorId, FromDoor, Listener, Standing};

/// A door that connects and says nothing is let go after this time.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// After an error of `accept`, which is nearly always "too many open files".
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

type Reader = FramedRead<ReadHalf<Stream>, LengthDelimitedCodec>;
type Writer = FramedWrite<WriteHalf<Stream>, LengthDelimitedCodec>;

/// Serves doors until the engine drops the receiver of `engine`, or this future is dropped, which closes all doors.
/// `hello` is what this engine says it is (its `idle` is ignored), `standing` what it is busy with at the moment.
pub async fn serve(
    listener: Listener,
    hello: Hello,
    standing: watch::Receiver<Standing>,
    engine: mpsc::Sender<FromDoor>,
) {
    let doors = Arc::new(AtomicU64::new(0));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = engine.closed() => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok(stream) if address::is_ours(&stream) => {
                    let connection = Connection {
                        hello: hello.clone(),
                        standing: standing.clone(),
                        engine: engine.clone(),
                        doors: Arc::clone(&doors),
                    };
                    connections.spawn(connection.run(stream));
                }
                // Another user: the permissions should have kept them out already.
                Ok(_) => {}
                Err(_) => tokio::time::sleep(ACCEPT_AGAIN_AFTER).await,
            },
        }
    }
}

struct Connection {
    hello: Hello,
    standing: watch::Receiver<Standing>,
    engine: mpsc::Sender<FromDoor>,
    doors: Arc<AtomicU64>,
}

impl Connection {
    async fn run(self, stream: Stream) {
        let (read, write) = tokio::io::split(stream);
        let mut reader = FramedRead::new(read, frame::codec());
        let mut writer = FramedWrite::new(write, frame::codec());

        let idle = self.standing.borrow().busy_with.is_none();
        let Ok(hello) = frame::encode(&Hello { idle, ..self.hello.clone() }) else { return };
        if writer.send(hello).await.is_err() {
            return;
        }
        let Ok(Some(Ok(first))) = timeout(HELLO_WITHIN, reader.next()).await else { return };
        let Ok(theirs) = frame::decode::<Hello>(&first) else { return };
        if theirs.protocol == self.hello.protocol {
            self.talk(reader, writer).await;
        } else {
            self.make_room(reader, writer).await;
        }
    }

    /// A door of another protocol can only ask the engine to make room.
    async fn make_room(self, mut reader: Reader, mut writer: Writer) {
        let Ok(Some(Ok(next))) = timeout(HELLO_WITHIN, reader.next()).await else { return };
        let Ok(Replace { replace: true }) = frame::decode(&next) else { return };
        let busy_with = self.standing.borrow().busy_with.clone();
        let ends = busy_with.is_none();
        let Ok(answer) = frame::encode(&ReplaceAnswer { replace: ends, busy_with }) else { return };
        if writer.send(answer).await.is_ok() && ends {
            let _ = self.engine.send(FromDoor::ReplaceAsked).await;
        }
    }

    async fn talk(self, mut reader: Reader, writer: Writer) {
        let door = DoorId(self.doors.fetch_add(1, Ordering::Relaxed) + 1);
        let closed = CancellationToken::new();
        let (outbox, queue, waiting) = Outbox::new(closed.clone());
        if self.engine.send(FromDoor::Opened { door, outbox: outbox.clone() }).await.is_err() {
            return;
        }
        // Apart from the reading, so that a door that does not read can still be heard, and the other way round.
        let writing = write(writer, queue, waiting);
        let reading = async {
            while let Some(Ok(frame)) = reader.next().await {
                if !self.take(door, &outbox, &frame).await {
                    break;
                }
            }
        };
        tokio::select! {
            () = writing => {}
            () = reading => {}
            () = closed.cancelled() => {}
        }
        closed.cancel();
        let _ = self.engine.send(FromDoor::Closed { door }).await;
    }

    /// Hands one frame of a door to the engine. False if the door talks nonsense.
    async fn take(&self, door: DoorId, outbox: &Outbox, frame: &BytesMut) -> bool {
        match frame::decode::<Question>(frame) {
            Ok(Question { id, command }) => {
                self.engine.send(FromDoor::Asked { door, request: id, command }).await.is_ok()
            }
            Err(error) => {
                let Ok(QuestionId { id }) = frame::decode::<QuestionId>(frame) else { return false };
                let error = ApiError::new(
                    Code::Usage,
                    format!("the engine does not know this command: {error}"),
                    "Use the same version of Landfall for all its parts.",
                );
                outbox.send(&ToDoor::Error { id, error }).is_ok()
            }
        }
    }
}

async fn write(mut writer: Writer, mut queue: mpsc::UnboundedReceiver<Item>, waiting: Arc<Waiting>) {
    while let Some(item) = queue.recv().await {
        match item {
            Item::Frame(bytes) => {
                let size = bytes.len();
                if writer.feed(bytes).await.is_err() {
                    return;
                }
                waiting.sent(size);
                // Many small frames go out in one write.
                if queue.is_empty() && flush(&mut writer).await.is_err() {
                    return;
                }
            }
            Item::Flushed(told) => {
                if flush(&mut writer).await.is_err() {
                    return;
                }
                let _ = told.send(());
            }
        }
    }
}

async fn flush(writer: &mut Writer) -> std::io::Result<()> {
    SinkExt::<Bytes>::flush(writer).await
}
