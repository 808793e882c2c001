//! Journeys: what a person does, with the real programs in a throw-away home.

mod announcing;
mod crowd;
mod kill;
mod main_job;
mod owed;
mod own_server;
mod running;
pub(crate) mod vocabulary;
