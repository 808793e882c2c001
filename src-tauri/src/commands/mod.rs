//! What the page may call, one file a subject. A command checks what the page sent and hands it on; nothing is decided
//! here. No command takes a path.

mod database;
mod desktop;
mod files;
mod library;
pub mod names;
mod run;
mod settings;

use std::sync::Arc;

use landfall_core::code::{ApiError, Code};
use tauri::ipc::Invoke;
use tauri::{Runtime, State};

use crate::desktop::Desktop;

pub use names::NAMES;

/// The state that commands are given.
type App<'a> = State<'a, Arc<Desktop>>;

/// Text from the page that is longer than this is not what a person typed.
const LONGEST_TEXT: usize = 10_000;

/// Calls the command of a name.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        desktop::subscribe,
        run::plan_run,
        run::run_report,
        run::retry_run,
        run::cancel_run,
        run::show_run,
        run::read_log,
        run::list_definitions,
        library::list_library,
        library::find_report,
        library::delete_report,
        library::restore_report,
        library::mark_seen,
        files::preview_report,
        files::open_report,
        files::show_in_folder,
        files::open_reports_folder,
        files::save_copy,
        settings::read_settings,
        settings::change_setting,
        settings::choose_folder,
        settings::change_folder,
        settings::choose_certificates,
        settings::open_settings_file,
        database::keep_password,
        database::forget_password,
        database::start_task,
        database::cancel_task,
        desktop::about,
        desktop::copy_details,
        desktop::open_logs_folder,
        desktop::read_crash,
        desktop::dismiss_crashes,
        desktop::start_over,
        desktop::quit,
        desktop::page_painted,
    ]
}

/// A text from the page, if it is one that a person could have typed into one line.
fn line(text: &str) -> Result<&str, ApiError> {
    if text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    Err(ApiError::new(
        Code::Usage,
        "the text is too long for a line, or has characters that can't be seen",
        "Type it anew, in one line.",
    ))
}

/// The same for a text that may be absent.
fn maybe_line(text: Option<&str>) -> Result<(), ApiError> {
    text.map_or(Ok(()), |text| line(text).map(drop))
}
