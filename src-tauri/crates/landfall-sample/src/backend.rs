//! The inner process: PostgreSQL itself, as pglite-oxide runs it.
//!
//! It is a process of its own because a query in it can't be interrupted: when a client leaves in the middle of one,
//! the outer process ends this one and starts another, and nobody waits for rows that nobody wants.

use std::error::Error;
use std::fs::File;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;

use pglite_oxide::{PgliteServer, PgliteServerBuilder};

use crate::directory::Directory;
use crate::{parent, postgres};

/// How this PostgreSQL differs from one that people trust with their only copy.
const SETTINGS: [(&str, &str); 4] = [
    // Enough for the whole sample. Zeros are written over all of it at each connection, so more is slower.
    ("shared_buffers", "32MB"),
    // pglite-oxide never waits for the disk (fsync is off), so these would cost time and protect nothing: a killed
    // process is recovered from the log without them, and a crashed computer may need a new fill anyway.
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];

/// Serves until the outer process ends. Says its address, or why there is none, in one line on standard output.
pub(crate) fn run(directory: &Directory) -> ExitCode {
    match start(directory) {
        Ok(_serving) => loop {
            thread::park();
        },
        Err(error) => {
            let text = format!("{error:#}").replace('\n', "; ");
            let _ = writeln!(io::stdout(), "{}{text}", postgres::FAILED);
            ExitCode::FAILURE
        }
    }
}

fn start(directory: &Directory) -> Result<(File, PgliteServer), Box<dyn Error>> {
    parent::die_with_parent()?;
    // A predecessor that was killed may hold the directory for another moment.
    let lock = File::create(directory.backend_lock())?;
    lock.lock()?;
    let (builder, address) = listen(PgliteServer::builder());
    let server = builder.path(directory.database()).postgres_configs(SETTINGS).start()?;
    let address = server.tcp_addr().map_or_else(|| address.to_owned(), |address| address.to_string());
    writeln!(io::stdout(), "{}{address}", postgres::LISTENING)?;
    Ok((lock, server))
}

/// A socket in the data directory, which is the working directory of both processes: an absolute path may be longer than
/// the 107 bytes that a socket's address can hold.
#[cfg(unix)]
fn listen(builder: PgliteServerBuilder) -> (PgliteServerBuilder, &'static str) {
    const SOCKET: &str = "backend.socket";
    (builder.unix(SOCKET), SOCKET)
}

#[cfg(not(unix))]
fn listen(builder: PgliteServerBuilder) -> (PgliteServerBuilder, &'static str) {
    (builder.tcp(std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0))), "")
}
