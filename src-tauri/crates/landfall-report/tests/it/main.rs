//! `ticketing-report` against a real PostgreSQL: what it writes, how it fails, what it leaves behind.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "what can't be tested here is said")]

mod cancelling;
mod cells;
mod connection;
mod crashes;
mod definitions;
mod disk;
mod exits;
mod folders;
mod hostile_values;
mod many_rows;
mod preview;
mod summary;
mod support;
