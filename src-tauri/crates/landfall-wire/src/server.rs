//! The engine's end of the control socket.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use interprocess::local_socket::tokio::{Listener as SystemListener, Stream, prelude::*};
use landfall_core::api::Command;

use crate::address;
use crate::error::WireError;
use crate::outbox::Outbox;
use crate::places::{self, Places};

/// One connected door. Numbers are never used twice by one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DoorId(pub u64);

/// What the doors do, in the order in which each of them did it.
#[derive(Debug)]
pub enum FromDoor {
    /// A door said hello. It gets events only after it subscribed; that is the engine's to know.
    Opened { door: DoorId, outbox: Outbox },
    /// To be answered once, by [`Outbox::answer`] with this `request`.
    Asked { door: DoorId, request: u64, command: Command },
    /// The door is gone. Nothing it asked for ends by that.
    Closed { door: DoorId },
    /// A door of another protocol asks an idle engine to make room; it was told that the engine ends now.
    ReplaceAsked,
}

/// What a door of another protocol learns of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What would be lost if the engine ended now, in words; `None` if nothing.
    pub busy_with: Option<String>,
}

impl Standing {
    pub const IDLE: Self = Self { busy_with: None };

    pub fn busy(with: impl Into<String>) -> Self {
        Self { busy_with: Some(with.into()) }
    }
}

/// The open control socket. Dropping it takes the socket away.
#[derive(Debug)]
pub struct Listener {
    system: SystemListener,
    socket: PathBuf,
    address: PathBuf,
    identity: Option<(u64, u64)>,
}

impl Listener {
    /// Opens the control socket of these places, for this user only. The caller holds the engine's lock, so a
    /// socket that nobody answers is left over from a killed engine and is removed.
    ///
    /// # Errors
    /// `AlreadyServed` if an engine answers, `FolderNotPrivate` if others could put a socket in its place, else
    /// what the system said.
    pub async fn bind(places: &Places) -> Result<Self, WireError> {
        let socket = places.socket.clone();
        places.make()?;
        prepare_folder(places)?;
        let system = match address::listen(&socket) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if !matches!(address::connect(&socket).await, Err(WireError::Connect { .. })) {
                    return Err(WireError::AlreadyServed { path: socket });
                }
                remove_stale(&socket)
                    .and_then(|()| address::listen(&socket))
                    .map_err(|source| WireError::Listen { path: socket.clone(), source })?
            }
            other => other.map_err(|source| WireError::Listen { path: socket.clone(), source })?,
        };
        let address = places.address();
        write_address(&address, &socket)
            .map_err(|source| WireError::Listen { path: address.clone(), source })?;
        Ok(Self { system, identity: address::identity(&socket), socket, address })
    }

    /// Where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        self.system.accept().await
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A socket that another engine opened in the meantime under the same name is not ours to remove.
        if self.identity.is_some() && address::identity(&self.socket) == self.identity {
            let _ = fs::remove_file(&self.socket);
            let _ = fs::remove_file(&self.address);
        }
    }
}

/// The folder of the socket: made if it isn't there, ours alone in any case.
fn prepare_folder(places: &Places) -> Result<(), WireError> {
    let Some(folder) = places.socket.parent().filter(|_| cfg!(unix)) else { return Ok(()) };
    if folder == places.data {
        // The person may have made it; the socket itself is 0600 in any case.
        return Ok(());
    }
    places::make_private(folder)?;
    if places::is_private_folder(folder) {
        return Ok(());
    }
    Err(WireError::FolderNotPrivate { path: folder.to_path_buf() })
}

#[cfg(unix)]
fn remove_stale(socket: &Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    if !fs::symlink_metadata(socket)?.file_type().is_socket() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a file that is not a socket is in its place",
        ));
    }
    fs::remove_file(socket)
}

#[cfg(windows)]
fn remove_stale(_socket: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::AddrInUse, "the pipe is taken but does not answer"))
}

/// Whole or not at all: a door may read it at any time.
fn write_address(address: &Path, socket: &Path) -> io::Result<()> {
    let part = address.with_extension("part");
    fs::write(&part, socket.as_os_str().as_encoded_bytes())?;
    fs::rename(&part, address)
}
