//! Journeys in the real window: the app as a person meets it, on a desktop of its own.

mod first_start;
mod keyboard;
mod library;
mod life;
mod list;
pub(crate) mod many;
mod notifications;
mod owed;
mod reading;
mod run_card;
mod runs;
mod settings;
mod surviving;
mod tray;
pub(crate) mod vocabulary;
