//! Opening a spreadsheet, or its folder, with the programs of this computer.

#[cfg(target_os = "linux")]
mod selection;

use std::io;
use std::path::Path;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};

use crate::error::DoorError;

/// A launcher that fails does so within this time; one that lasts longer has handed over.
const FAILS_WITHIN: Duration = Duration::from_secs(2);

/// Opens a workbook in the program that opens spreadsheets. `instead` says what this door offers where there is none.
pub async fn open_workbook(path: &Path, instead: &str) -> Result<(), DoorError> {
    require(path)?;
    if !has_spreadsheet_program().await {
        return Err(no_program(path, None, instead).into());
    }
    launch(path).await.map_err(|error| no_program(path, Some(&error), instead).into())
}

/// Opens a folder in the file manager.
pub async fn open_folder(folder: &Path) -> Result<(), DoorError> {
    require(folder)?;
    if !has_display() {
        return Err(no_file_manager(folder, "there is no display here to show a folder on".to_owned()));
    }
    launch(folder)
        .await
        .map_err(|error| no_file_manager(folder, format!("no program shows folders: {error}")))
}

/// Opens the folder of a file with the file selected, where the file manager can select; else just the folder.
pub async fn show_in_folder(path: &Path) -> Result<(), DoorError> {
    let folder = path.parent().unwrap_or(path);
    require(folder)?;
    if path.exists() && has_display() && select(path).await {
        return Ok(());
    }
    open_folder(folder).await
}

/// Opens a text file in the editor for such files.
pub async fn open_text(path: &Path) -> Result<(), DoorError> {
    require(path)?;
    let refused = |reason: String| {
        let hint = format!("Open it in an editor of your own: {}", path.display());
        DoorError::from(ApiError::new(Code::NotFound, reason, hint).about(path.display().to_string()))
    };
    if !has_display() {
        return Err(refused("there is no display here to show a file on".to_owned()));
    }
    launch(path).await.map_err(|error| refused(format!("no program opened the file: {error}")))
}

#[cfg(target_os = "linux")]
async fn select(path: &Path) -> bool {
    selection::select(path).await.is_ok()
}

/// `explorer` wants the comma and the path in one argument, and ends with 1 when all went well.
#[cfg(windows)]
async fn select(path: &Path) -> bool {
    let mut command = tokio::process::Command::new("explorer.exe");
    let argument = format!("/select,\"{}\"", path.display());
    std::os::windows::process::CommandExt::raw_arg(command.as_std_mut(), argument);
    command.spawn().is_ok()
}

#[cfg(target_os = "macos")]
async fn select(path: &Path) -> bool {
    let revealed = tokio::process::Command::new("open").arg("-R").arg(path).status().await;
    revealed.is_ok_and(|status| status.success())
}

fn require(path: &Path) -> Result<(), DoorError> {
    std::fs::metadata(path).map(drop).map_err(DoorError::file(path))
}

async fn launch(path: &Path) -> io::Result<()> {
    let path = path.to_path_buf();
    let started = tokio::task::spawn_blocking(move || open::that_detached_with_timeout(path, FAILS_WITHIN));
    started.await.map_err(io::Error::other)?
}

fn no_program(path: &Path, reason: Option<&io::Error>, instead: &str) -> ApiError {
    let message = match reason {
        None if !has_display() => "there is no display here to open a spreadsheet on".to_owned(),
        None => "no program on this computer opens spreadsheets".to_owned(),
        Some(reason) => format!("no program opened the spreadsheet: {reason}"),
    };
    let hint = format!(
        "Install one, LibreOffice for example, or copy the file to a computer that has one. {instead}"
    );
    ApiError::new(Code::NoSpreadsheetProgram, message, hint).about(path.display().to_string())
}

fn no_file_manager(folder: &Path, reason: String) -> DoorError {
    let hint = format!("The folder is {}", folder.display());
    ApiError::new(Code::NoSpreadsheetProgram, reason, hint).about(folder.display().to_string()).into()
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
