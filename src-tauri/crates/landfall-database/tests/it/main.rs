//! The schema, the sample rows and the facts, against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod facts;
mod filling;
mod loading;
mod migration;
mod rows;
mod support;
