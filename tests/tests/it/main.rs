//! The tests that belong to no single crate: the fixtures themselves, the tidy rules, the journeys.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bench;
mod fixtures;
mod journeys;
mod tidy;
mod window;
