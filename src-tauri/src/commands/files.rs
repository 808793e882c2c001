//! The files behind the library: shown, opened, copied. The page names them by their ids.

use landfall_core::code::ApiError;
use landfall_core::library::ReportId;
use landfall_workbook::Preview;

use super::App;
use crate::page::SavedCopy;
use crate::{copying, opening};

#[tauri::command]
pub(super) async fn preview_report(app: App<'_>, id: ReportId) -> Result<Preview, ApiError> {
    let path = opening::path_of(&app, id).await?;
    copying::off_this_thread(move || {
        landfall_workbook::preview(&path).map_err(|error| error.to_api_error(&path))
    })
    .await
}

#[tauri::command]
pub(super) async fn open_report(app: App<'_>, id: ReportId) -> Result<(), ApiError> {
    opening::open_report(&app, id).await
}

#[tauri::command]
pub(super) async fn show_in_folder(app: App<'_>, id: ReportId) -> Result<(), ApiError> {
    opening::show_in_folder(&app, id).await
}

#[tauri::command]
pub(super) async fn open_reports_folder(app: App<'_>) -> Result<(), ApiError> {
    opening::open_reports_folder(&app).await
}

#[tauri::command]
pub(super) async fn save_copy(app: App<'_>, id: ReportId) -> Result<Option<SavedCopy>, ApiError> {
    let path = opening::path_of(&app, id).await?;
    copying::save_copy(&app, path).await
}
