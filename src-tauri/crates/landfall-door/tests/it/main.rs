//! What a door does with an engine that the test scripts.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine;
mod session;
mod start_over;
