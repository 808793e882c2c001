//! What every door of Landfall does, whatever it looks like: a session that outlives the engine, opening files and
//! folders, the details a person copies into a report of a problem, reports of crashes, and starting over.

pub mod crash;
pub mod details;
mod error;
pub mod logs;
pub mod opening;
mod session;
pub mod start_over;

pub use error::DoorError;
pub use session::{Heard, Session, token, unexpected};
