//! Tests of the shell without a display: its commands, called as the page calls them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bindings;
mod configuration;
mod engine;
mod hostile;
mod hostile_cases;
mod page;
mod real;
mod ways;
