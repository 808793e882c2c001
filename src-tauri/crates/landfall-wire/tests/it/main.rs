//! The control socket with real sockets, real processes and bad manners.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod doors;
mod engine;
mod manners;
mod protocol;
mod socket;
mod starting;
