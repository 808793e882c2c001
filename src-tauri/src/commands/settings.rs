//! The settings. Folders and files are chosen in dialogs of the system.

use landfall_core::api::{Command, ExistingReports, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_door::unexpected;

use super::{App, maybe_line};
use crate::choosing;
use crate::desktop::Desktop;
use crate::page::{CERTIFICATES, FolderChoice, PageSetting, SettingsView};

#[tauri::command]
pub(super) async fn read_settings(app: App<'_>) -> Result<SettingsView, ApiError> {
    view(app.engine.ask(Command::ReadSettings).await?)
}

#[tauri::command]
pub(super) async fn change_setting(
    app: App<'_>,
    key: PageSetting,
    value: Option<String>,
) -> Result<SettingsView, ApiError> {
    maybe_line(value.as_deref())?;
    if value.is_some() && !key.is_given_by_the_page() {
        let message = format!("{} is not set to a value by the page", key.name());
        return Err(ApiError::new(Code::Refused, message, "Choose the file in the dialog of your system."));
    }
    set(&app, key.name(), value).await
}

#[tauri::command]
pub(super) async fn choose_folder(app: App<'_>) -> Result<Option<FolderChoice>, ApiError> {
    choosing::folder(&app).await
}

#[tauri::command]
pub(super) async fn change_folder(
    app: App<'_>,
    choice: u32,
    existing: ExistingReports,
) -> Result<u64, ApiError> {
    choosing::change_folder(&app, choice, existing).await
}

#[tauri::command]
pub(super) async fn choose_certificates(app: App<'_>) -> Result<Option<SettingsView>, ApiError> {
    let Some(file) = choosing::certificates(&app).await else { return Ok(None) };
    set(&app, CERTIFICATES, Some(file)).await.map(Some)
}

#[tauri::command]
pub(super) async fn open_settings_file(app: App<'_>) -> Result<(), ApiError> {
    choosing::open_settings_file(&app).await
}

async fn set(app: &Desktop, key: &str, value: Option<String>) -> Result<SettingsView, ApiError> {
    app.engine.ask(Command::ChangeSetting { key: key.to_owned(), value }).await?;
    view(app.engine.ask(Command::ReadSettings).await?)
}

fn view(reply: Reply) -> Result<SettingsView, ApiError> {
    match reply {
        Reply::Settings { settings, problems, path } => {
            Ok(SettingsView { settings: *settings, problems, path })
        }
        other => Err(unexpected(&other)),
    }
}
