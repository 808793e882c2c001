//! The engine: the one process that decides and acts for a data folder.
//!
//! [`run`] is `landfall engine`. It takes the lock of the data folder, opens the ledger, settles what an earlier
//! engine left open, and then serves doors until nobody needs it. One task owns the state; everything that happens
//! reaches it as an event, is judged by `landfall_core::state`, and comes back as effects that are carried out in
//! order.

mod child;
mod commands;
mod crash;
mod database;
mod definitions;
mod effects;
mod engine;
mod file_work;
mod folder_change;
mod folder_check;
mod folders;
mod generator;
mod journal;
mod library;
mod planning;
mod programs;
mod reconcile;
mod report_files;
mod sample;
mod secrets;
mod settings_file;
mod sleep;
mod start;
mod tasks;
#[cfg(test)]
mod tests;
mod trash_can;

pub use crash::{leave_crash_report, unseen_crashes};
pub use journal::Journal;
pub use start::run;
