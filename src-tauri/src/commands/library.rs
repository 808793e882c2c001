//! The library: listed, deleted from, looked at.

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{EntryState, LibraryEntry, LibraryFilter, LibraryPage, ReportId};
use landfall_door::unexpected;
use tauri::{AppHandle, Runtime};

use super::{App, maybe_line};
use crate::{opening, tray};

#[tauri::command]
pub(super) async fn list_library(app: App<'_>, filter: LibraryFilter) -> Result<LibraryPage, ApiError> {
    maybe_line(filter.search.as_deref())?;
    match app.engine.ask(Command::ListLibrary(filter)).await? {
        Reply::Library(page) => Ok(page),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn find_report(app: App<'_>, id: ReportId) -> Result<LibraryEntry, ApiError> {
    opening::locate(&app, id).await.map(|(entry, _)| entry)
}

#[tauri::command]
pub(super) async fn delete_report(
    app: App<'_>,
    id: ReportId,
    permanently: bool,
) -> Result<LibraryEntry, ApiError> {
    match app.engine.ask(Command::DeleteReport { id: id.clone(), permanently }).await {
        Ok(Reply::ReportDeleted { entry }) => Ok(*entry),
        Ok(other) => Err(unexpected(&other)),
        // An engine that died may have done it and not said so; then it was asked again.
        Err(error) if error.code == Code::Conflict => {
            let (entry, _) = opening::locate(&app, id).await?;
            let gone = matches!(entry.state, EntryState::Trashed | EntryState::Deleted);
            if gone { Ok(entry) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}

#[tauri::command]
pub(super) async fn restore_report(app: App<'_>, id: ReportId) -> Result<LibraryEntry, ApiError> {
    match app.engine.ask(Command::RestoreReport { id }).await? {
        Reply::ReportRestored { entry } => Ok(*entry),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn mark_seen<R: Runtime>(
    handle: AppHandle<R>,
    app: App<'_>,
    ids: Vec<ReportId>,
) -> Result<(), ApiError> {
    app.overview(|overview| overview.seen(&ids));
    tray::refresh(&handle);
    app.engine.ask(Command::MarkSeen { ids }).await.map(drop)
}
