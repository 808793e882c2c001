//! Opening a spreadsheet, or its folder, with the program of this computer.

use std::path::Path;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};

use crate::error::Error;

/// A launcher that fails does so within this time; one that lasts longer has handed over.
const FAILS_WITHIN: Duration = Duration::from_secs(2);

/// Opens a workbook in the program that opens spreadsheets.
pub(crate) async fn open_workbook(path: &Path) -> Result<(), Error> {
    require_file(path)?;
    if !has_spreadsheet_program().await {
        return Err(no_program(path, None).into());
    }
    launch(path).await.map_err(|error| no_program(path, Some(&error)).into())
}

/// Opens the folder of a file in the file manager.
pub(crate) async fn open_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    require_file(folder)?;
    let refused = |reason: String| {
        let hint = format!("The folder is {}", folder.display());
        Error::from(ApiError::new(Code::NoSpreadsheetProgram, reason, hint).about(path.display().to_string()))
    };
    if !has_display() {
        return Err(refused("there is no display here to show a folder on".to_owned()));
    }
    launch(folder).await.map_err(|error| refused(format!("no program shows folders: {error}")))
}

fn require_file(path: &Path) -> Result<(), Error> {
    std::fs::metadata(path).map(drop).map_err(Error::file(path))
}

async fn launch(path: &Path) -> std::io::Result<()> {
    let path = path.to_path_buf();
    let started = tokio::task::spawn_blocking(move || open::that_detached_with_timeout(path, FAILS_WITHIN));
    started.await.map_err(std::io::Error::other)?
}

fn no_program(path: &Path, reason: Option<&std::io::Error>) -> ApiError {
    let message = match reason {
        None if !has_display() => "there is no display here to open a spreadsheet on".to_owned(),
        None => "no program on this computer opens spreadsheets".to_owned(),
        Some(reason) => format!("no program opened the spreadsheet: {reason}"),
    };
    let hint = "Install one, LibreOffice for example, or copy the file to a computer that has one. \
                `landfall report preview` shows its first rows, `landfall report open --folder` its folder.";
    ApiError::new(Code::NoSpreadsheetProgram, message, hint).about(path.display().to_string())
}

/// Whether a window could be shown.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WSL_DISTRO_NAME")
}

/// Whether the desktop knows a program for `.xlsx`. Where it can't be asked, opening will tell.
async fn has_spreadsheet_program() -> bool {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if !has_display() {
        return false;
    }
    if !cfg!(target_os = "linux") || std::env::var_os("WSL_DISTRO_NAME").is_some() {
        return true;
    }
    let asked = tokio::process::Command::new("xdg-mime").args(["query", "default", XLSX]).output();
    match tokio::time::timeout(Duration::from_secs(5), asked).await {
        Ok(Ok(answer)) => !answer.stdout.trim_ascii().is_empty(),
        Ok(Err(_)) | Err(_) => true,
    }
}
