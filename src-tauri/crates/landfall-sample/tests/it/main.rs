//! `landfall-sampledb` as a whole program: it starts, serves, survives and never stays behind.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod clients;
mod program;
mod serving;
mod survival;
