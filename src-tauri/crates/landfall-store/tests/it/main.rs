//! The ledger, as the engine uses it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod announcements;
mod audit;
mod files;
mod key_store;
mod kills;
mod library;
mod logs;
mod opening;
mod rebuild;
mod runs;
mod search;
mod vocabulary;
