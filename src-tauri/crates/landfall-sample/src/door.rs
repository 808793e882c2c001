//! The public port: lets clients in, one after the other.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::error::Error;

/// A client that wants a session, and the bytes of its start-up packet that were read already.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) read: [u8; 8],
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
const CANCEL_REQUEST: u32 = 80_877_102;
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

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

/// Reads what a client wants. There is no encryption here, and a request to cancel has no effect: it would come late
/// and could hit the next client. A client cancels by closing its connection.
async fn greet(mut stream: TcpStream, queue: mpsc::UnboundedSender<io::Result<Client>>) {
    let hello = async {
        loop {
            let mut read = [0; 8];
            stream.read_exact(&mut read).await?;
            let [_, _, _, _, code @ ..] = read;
            match u32::from_be_bytes(code) {
                SSL_REQUEST | GSS_REQUEST => stream.write_all(b"N").await?,
                CANCEL_REQUEST => return Ok(None),
                _ => return io::Result::Ok(Some(read)),
            }
        }
    };
    if let Ok(Ok(Some(read))) = timeout(HELLO_DEADLINE, hello).await {
        let _ = stream.set_nodelay(true);
        let _ = queue.send(Ok(Client { stream, read }));
    }
}
