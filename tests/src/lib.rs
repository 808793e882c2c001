//! Fixtures for the tests of every crate: a real PostgreSQL, a real Kubernetes, a throw-away home, a real key store, the
//! built programs, readers for workbooks, and waiting with a deadline.
//!
//! Whatever a fixture starts ends with the test's process, also when that is killed, and leaves no folder behind.
//!
//! ```no_run
//! use landfall_tests::{home::Home, postgres::Postgres, program::Program};
//! use std::time::Duration;
//!
//! let database = Postgres::shared().database("tickets");
//! let home = Home::new();
//! let run = Program::named("ticketing-report")
//!     .args(["--previous-month", "--output"])
//!     .arg(home.reports())
//!     .envs(home.env())
//!     .envs(database.env())
//!     .run(Duration::from_secs(30));
//! assert_eq!(run.code(), 0, "{run}");
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a fixture fails as a test does, by panicking")]

pub mod bed;
pub mod bus;
pub mod cache;
#[cfg(feature = "desktop")]
pub mod desktop;
pub mod home;
pub mod keyring;
pub mod leash;
pub mod postgres;
pub mod process;
pub mod program;
pub mod repository;
pub mod wait;
pub mod workbook;

pub use wait::{eventually, eventually_seen, until};
