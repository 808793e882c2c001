//! Making a report: connect, query, write, check, publish.

mod calendar;
mod error;
mod numeric;
mod query;
mod rows;
mod run;
mod saving;
mod sheets;
mod space;
mod summary;
mod summary_sheet;
mod value;

pub use self::error::ReportError;
pub use self::run::{Output, Request, RunNumber, run};
pub use self::saving::is_reported_as_error;
pub use self::space::estimate_bytes;
