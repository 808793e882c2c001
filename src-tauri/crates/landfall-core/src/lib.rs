//! What Landfall knows and decides, without touching anything.
//!
//! Types, rules, plans and the reducer. No IO, no clock, no async, no detection of the operating system:
//! the time, the zone and every fact from outside come in as values, so that each rule here is a function
//! that a table test can cover.

pub mod announcement;
pub mod api;
pub mod cloud;
pub mod code;
pub mod database;
pub mod definition;
pub mod library;
pub mod month;
pub mod names;
pub mod period;
pub mod plan;
pub mod progress;
pub mod redaction;
pub mod run;
pub mod settings;
pub mod sidecar;
pub mod state;
