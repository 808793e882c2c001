//! The command line against an engine that says what the test wants.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod database;
mod deletion;
mod engine;
mod making;
mod opening;
mod reading;
mod repeating;
mod settings;
mod usage;
mod watching;
