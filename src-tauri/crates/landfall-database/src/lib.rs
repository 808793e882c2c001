//! PostgreSQL as Landfall uses it: connecting, the schema of `traindb`, its sample rows, and what a database holds.

pub mod connect;
pub mod error;
pub mod facts;
pub mod migrate;
pub mod sample;
pub mod sample_events;

pub use error::Error;
