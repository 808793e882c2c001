//! The desktop app: window, tray and notifications. Wiring only: the engine decides and acts in a process of its own,
//! and this is one of its doors. The page can call what [`commands`] lists, and nothing else.
//!
//! Closing the window ends nothing; the app waits in the tray. Where a desktop shows no tray, a notification says so,
//! and starting Landfall again brings the window back.

mod choices;
mod choosing;
pub mod commands;
mod copying;
mod desktop;
mod dialogs;
mod engine;
mod events;
mod journal;
mod link;
mod login;
mod notify;
mod opening;
mod overview;
pub mod page;
mod quit;
mod running;
mod start;
mod subscriber;
mod support;
mod tray;
mod window;
mod words;

pub use dialogs::{Choosing, Dialog, Dialogs};
pub use start::{Parts, context, run, with_parts};

/// What people call it.
const NAME: &str = "Landfall";
/// Name of the desktop entry and of the icon, as the packages install them.
#[cfg(target_os = "linux")]
const DESKTOP_ENTRY: &str = "landfall-desktop";

/// The icon of the app, for notifications.
#[cfg(target_os = "linux")]
fn icon() -> tauri::Result<tauri::image::Image<'static>> {
    tauri::image::Image::from_bytes(include_bytes!("../../icons/app-128.png"))
}
