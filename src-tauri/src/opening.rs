//! Opening what the library or a notification names: the door's own eyes see the path, the page never does.

use std::path::{Path, PathBuf};

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::{LibraryEntry, ReportId};
use landfall_door::{DoorError, opening, unexpected};

use crate::desktop::Desktop;
use crate::notify::Message;

/// What the window offers where no program opens spreadsheets.
const INSTEAD: &str = "The preview shows its first rows, \"Show in folder\" its folder.";

/// An entry of the library and the path of its file, if it has one.
pub(crate) async fn locate(
    desktop: &Desktop,
    id: ReportId,
) -> Result<(LibraryEntry, Option<PathBuf>), ApiError> {
    match desktop.engine.ask(Command::LocateReport { id }).await? {
        Reply::Located { entry, path } => Ok((*entry, path.map(PathBuf::from))),
        other => Err(unexpected(&other)),
    }
}

/// The path of a report's file.
pub(crate) async fn path_of(desktop: &Desktop, id: ReportId) -> Result<PathBuf, ApiError> {
    let (entry, path) = locate(desktop, id).await?;
    path.ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            format!("\"{}\" has no file", entry.title),
            "Its run did not finish; run it again.",
        )
        .about(entry.id.to_string())
    })
}

/// Opens a report in the program for spreadsheets.
pub(crate) async fn open_report(desktop: &Desktop, id: ReportId) -> Result<(), ApiError> {
    let path = path_of(desktop, id).await?;
    open(desktop, &path).await
}

/// Shows a report in the file manager.
pub(crate) async fn show_in_folder(desktop: &Desktop, id: ReportId) -> Result<(), ApiError> {
    let path = path_of(desktop, id).await?;
    opening::show_in_folder(&path).await.map_err(|error| error.to_api_error())
}

/// Opens the folder that reports go to.
pub(crate) async fn open_reports_folder(desktop: &Desktop) -> Result<(), ApiError> {
    let folder = match desktop.engine.ask(Command::ReadSettings).await? {
        Reply::Settings { settings, .. } => settings.reports.folder,
        other => return Err(unexpected(&other)),
    };
    let folder = folder.map_or_else(|| desktop.places.reports_default.clone(), PathBuf::from);
    let opened = opening::open_folder(&folder).await;
    opened.map_err(|error| match error {
        DoorError::File { path, .. } => ApiError::new(
            Code::FolderMissing,
            format!("the reports folder {path} is not there"),
            "It is made with the first report; if it was there before, its drive may be unplugged.",
        )
        .about(path),
        error => error.to_api_error(),
    })
}

/// Opens an announced file, for somebody who is not looking at the window: what goes wrong is a notification.
pub(crate) async fn open_file(desktop: &Desktop, path: &Path) {
    tell_if_refused(desktop, path, open(desktop, path).await);
}

/// Shows an announced file in the file manager.
pub(crate) async fn show_file_in_folder(desktop: &Desktop, path: &Path) {
    let shown = opening::show_in_folder(path).await.map_err(|error| error.to_api_error());
    tell_if_refused(desktop, path, shown);
}

/// The engine hears of it first, so that what the person saves is known as their own edit.
async fn open(desktop: &Desktop, path: &Path) -> Result<(), ApiError> {
    desktop.engine.ask(Command::NoteOpened { path: path.display().to_string() }).await?;
    opening::open_workbook(path, INSTEAD).await.map_err(|error| error.to_api_error())
}

fn tell_if_refused(desktop: &Desktop, path: &Path, outcome: Result<(), ApiError>) {
    if let Err(error) = outcome {
        let words = desktop.words();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        desktop.notifier.show(Message::refused(words, words.not_opened(&file), &error));
    }
}
