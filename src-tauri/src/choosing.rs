//! Folders and files of the settings, chosen by a person.

use std::fs::File;
use std::io::{self, Write};

use landfall_core::api::{Command, ExistingReports, Reply};
use landfall_core::code::ApiError;
use landfall_door::{DoorError, opening, unexpected};

use crate::desktop::Desktop;
use crate::dialogs::Dialog;
use crate::page::FolderChoice;

/// What a new settings file begins with.
const NEW_SETTINGS: &str =
    "# Settings of Landfall. `landfall settings get` lists them all; what is not here is at its default.\n";

/// Lets a person choose a folder, and looks at it. Nothing is changed.
pub(crate) async fn folder(desktop: &Desktop) -> Result<Option<FolderChoice>, ApiError> {
    let Some(folder) = desktop.ask(Dialog::Folder, desktop.places.home.clone()).await else {
        return Ok(None);
    };
    let asked = Command::CheckFolder { folder: folder.display().to_string() };
    match desktop.engine.ask(asked).await? {
        Reply::FolderChecked(check) => {
            Ok(Some(FolderChoice { choice: desktop.choices.hand_out(folder), check: *check }))
        }
        other => Err(unexpected(&other)),
    }
}

/// Makes a folder that was chosen the reports folder; gives the number of reports that were moved.
pub(crate) async fn change_folder(
    desktop: &Desktop,
    choice: u32,
    existing: ExistingReports,
) -> Result<u64, ApiError> {
    let folder = desktop.choices.take(choice)?;
    let asked = Command::ChangeFolder { folder: folder.display().to_string(), existing };
    match desktop.engine.ask(asked).await {
        Ok(Reply::FolderChanged { moved }) => Ok(moved),
        Ok(other) => Err(unexpected(&other)),
        Err(error) => {
            // Another answer to "what becomes of the reports" may do.
            desktop.choices.put_back(choice, folder);
            Err(error)
        }
    }
}

/// Lets a person choose a file of certificates.
pub(crate) async fn certificates(desktop: &Desktop) -> Option<String> {
    let file = desktop.ask(Dialog::Certificates, desktop.places.home.clone()).await?;
    Some(file.display().to_string())
}

/// Opens the settings file in an editor; makes it if no setting was ever changed.
pub(crate) async fn open_settings_file(desktop: &Desktop) -> Result<(), ApiError> {
    let path = &desktop.places.settings_file;
    match File::create_new(path).and_then(|mut file| file.write_all(NEW_SETTINGS.as_bytes())) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(DoorError::file(path)(error).to_api_error());
        }
        _ => {}
    }
    opening::open_text(path).await.map_err(|error| error.to_api_error())
}
