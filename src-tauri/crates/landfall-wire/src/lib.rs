//! The control socket: how every door (window, command line, REST) talks to the one engine of a data folder.
//!
//! Frames are length-prefixed JSON of at most [`frame::LARGEST_FRAME_BYTES`]. Each side first says [`Hello`]; then a
//! door sends commands with a number, and the engine sends answers with that number, and events. The engine listens
//! with [`Listener`] and [`serve`]; a door connects with [`Door`], which starts the engine when none answers.

mod address;
mod connection;
mod door;
mod error;
pub mod frame;
mod launch;
mod outbox;
pub mod places;
mod server;

pub use connection::serve;
pub use door::{Asker, Door};
pub use error::WireError;
pub use frame::{Hello, PROTOCOL, ToDoor};
pub use launch::Launch;
pub use outbox::{DoorGone, Outbox};
pub use places::Places;
pub use server::{DoorId, FromDoor, Listener, Standing};
