//! The public port: lets clients in, one after the other.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::error::Error;

/// A client that wants a session, and its whole start-up packet, which has been read already.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) startup: Vec<u8>,
}

/// The listening port and the queue behind it.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    queue: mpsc::UnboundedReceiver<io::Result<Client>>,
}

/// How long a client may take to say what it wants.
const HELLO_DEADLINE: Duration = Duration::from_secs(30);

/// The codes of PostgreSQL's start-up phase (manual, "Message Formats").
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
/// The major version of the protocol that PostgreSQL has spoken since 7.4.
const PROTOCOL_VERSION: u32 = 3;
/// PostgreSQL's own limit (`MAX_STARTUP_PACKET_LENGTH`), in bytes.
const LONGEST_STARTUP: u32 = 10_000;

impl Door {
    pub(crate) async fn open() -> Result<Door, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::Listen)?;
        let address = listener.local_addr().map_err(Error::Listen)?;
        let (sender, queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        tokio::spawn(greet(stream, sender.clone()));
                    }
                    Err(error) => {
                        if sender.send(Err(error)).is_err() {
                            return;
                        }
                    }
                }
            }
        });
        Ok(Door { address, queue })
    }

    /// The next client in the queue, in the order in which they said what they want.
    pub(crate) async fn next_client(&mut self) -> Result<Client, Error> {
        match self.queue.recv().await {
            Some(Ok(client)) => Ok(client),
            Some(Err(error)) => Err(Error::Listen(error)),
            None => Err(Error::Listen(io::ErrorKind::BrokenPipe.into())),
        }
    }
}

/// Lets a client into the queue once it has said that it wants a session. Whoever talks anything else than PostgreSQL's
/// protocol is sent away here.
async fn greet(mut stream: TcpStream, queue: mpsc::UnboundedSender<io::Result<Client>>) {
    if let Ok(Ok(Some(startup))) = timeout(HELLO_DEADLINE, read_startup(&mut stream)).await {
        let _ = stream.set_nodelay(true);
        let _ = queue.send(Ok(Client { stream, startup }));
    }
}

/// Reads up to the start-up packet. There is no encryption here, and a request to cancel has no effect: it would come
/// late and could hit the next client. A client cancels by closing its connection.
async fn read_startup(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    loop {
        let length = stream.read_u32().await?;
        let code = stream.read_u32().await?;
        match code {
            SSL_REQUEST | GSS_REQUEST => stream.write_all(b"N").await?,
            _ if code >> 16 == PROTOCOL_VERSION && (8..=LONGEST_STARTUP).contains(&length) => {
                let mut startup = vec![0; length as usize];
                startup[..4].copy_from_slice(&length.to_be_bytes());
                startup[4..8].copy_from_slice(&code.to_be_bytes());
                stream.read_exact(&mut startup[8..]).await?;
                return Ok(Some(startup));
            }
            // A request to cancel is among them.
            _ => return Ok(None),
        }
    }
}
