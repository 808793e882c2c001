//! A copy of a report, where a person wants one.

use std::io;
use std::path::{Path, PathBuf};

use landfall_core::code::{ApiError, Code};

use crate::desktop::Desktop;
use crate::dialogs::Dialog;
use crate::page::SavedCopy;

/// Lets a person choose where, and copies. Nothing when the dialog is closed.
pub(crate) async fn save_copy(desktop: &Desktop, report: PathBuf) -> Result<Option<SavedCopy>, ApiError> {
    let name = report.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(mut target) = desktop.ask(Dialog::SaveWorkbook { name }, desktop.places.home.clone()).await
    else {
        return Ok(None);
    };
    if target.extension().is_none()
        && let Some(extension) = report.extension()
    {
        target.set_extension(extension);
    }
    let copied = target.clone();
    off_this_thread(move || copy(&report, &copied).map_err(|error| refused(&copied, &error))).await?;
    Ok(Some(SavedCopy {
        file: target.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        folder: target.parent().unwrap_or(&target).display().to_string(),
    }))
}

/// The dialog has asked whether a file that is there may be replaced. The report itself may not.
fn copy(report: &Path, target: &Path) -> io::Result<()> {
    let same = |path: &Path| path.canonicalize().ok();
    if same(target).is_some_and(|there| Some(there) == same(report)) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "that is the report itself"));
    }
    std::fs::copy(report, target).map(drop)
}

fn refused(target: &Path, error: &io::Error) -> ApiError {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::TargetNotWritable,
    };
    ApiError::new(
        code,
        format!("the copy could not be written: {error}"),
        "Choose another place; the report is where it was.",
    )
    .about(target.display().to_string())
}

/// Work on files, which may be on a slow drive.
pub(crate) async fn off_this_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(ApiError::new(Code::Internal, error.to_string(), "Try again.")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_report_is_not_copied_onto_itself_and_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("a.xlsx");
        std::fs::write(&report, "rows").unwrap();
        assert!(copy(&report, &folder.path().join("./a.xlsx")).is_err());
        assert_eq!(std::fs::read_to_string(&report).unwrap(), "rows");
        copy(&report, &folder.path().join("b.xlsx")).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("b.xlsx")).unwrap(), "rows");
    }
}
