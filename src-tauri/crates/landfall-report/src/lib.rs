//! From the rows of a query to a finished, published workbook.
//!
//! [`publish`] and [`definitions`] need little and serve the engine too; everything else, with the database
//! client and the workbook writer, stands behind the feature `generator`.

pub mod definitions;
pub mod publish;

#[cfg(feature = "generator")]
mod generator;

#[cfg(feature = "generator")]
pub use generator::{Output, ReportError, Request, RunNumber, estimate_bytes, is_reported_as_error, run};
