//! The app itself: events, what to copy into a report of a problem, crashes, starting over, the end.

use landfall_core::api::{AppEvent, Command, DesktopEvent};
use landfall_core::code::{ApiError, Code};
use landfall_door::opening;
use landfall_door::start_over::WORDS;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use super::{App, line};
use crate::page::{About, Platform, QuitChoice};
use crate::{quit, support};

/// The snapshot comes with the answer of the engine, or as soon as there is one.
#[tauri::command]
pub(super) async fn subscribe(app: App<'_>, events: Channel<AppEvent>) -> Result<(), ApiError> {
    app.subscriber.subscribe(events);
    if let Some(error) = app.engine.try_again() {
        app.subscriber.tell(DesktopEvent::EngineUnreachable { error });
        return Ok(());
    }
    if !app.engine.is_connected() {
        return Ok(());
    }
    let announcements_after = app.overview(|overview| overview.presented());
    app.engine.ask(Command::Subscribe { presents: true, announcements_after }).await.map(drop)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "the state is given by value")]
pub(super) fn about(app: App<'_>) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: Platform::THIS,
        data_folder: app.places.data.display().to_string(),
        logs_folder: app.places.logs.display().to_string(),
        settings_file: app.places.settings_file.display().to_string(),
        home_folder: app.places.home.display().to_string(),
    }
}

#[tauri::command]
pub(super) async fn copy_details(
    app: App<'_>,
    error: Option<ApiError>,
    run: Option<u64>,
) -> Result<String, ApiError> {
    support::details(&app, error.as_ref(), run).await
}

#[tauri::command]
pub(super) async fn open_logs_folder(app: App<'_>) -> Result<(), ApiError> {
    opening::open_folder(&app.places.logs).await.map_err(|error| error.to_api_error())
}

#[tauri::command]
pub(super) async fn read_crash(app: App<'_>) -> Result<Option<String>, ApiError> {
    support::newest_crash(&app).await
}

#[tauri::command]
pub(super) async fn dismiss_crashes(app: App<'_>) -> Result<(), ApiError> {
    app.engine.ask(Command::MarkCrashesSeen).await.map(drop)
}

#[tauri::command]
pub(super) async fn start_over(app: App<'_>, confirmation: String) -> Result<(), ApiError> {
    if line(&confirmation)? != WORDS {
        let message = format!("this needs the words \"{WORDS}\"");
        return Err(ApiError::new(Code::Refused, message, "Type them to do it. Nothing was removed."));
    }
    app.engine.start_over().await
}

#[tauri::command]
pub(super) async fn quit<R: Runtime>(handle: AppHandle<R>, choice: QuitChoice) -> Result<(), ApiError> {
    quit::decided(&handle, choice).await
}

#[tauri::command]
pub(super) fn page_painted() {
    support::painted();
}
