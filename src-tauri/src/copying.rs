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
    // The dialog has asked about the name that was typed, not about one that we add to.
    let mut may_replace = true;
    if target.extension().is_none()
        && let Some(extension) = report.extension()
    {
        target.set_extension(extension);
        may_replace = false;
    }
    let copied = target.clone();
    off_this_thread(move || {
        copy(&report, &copied, may_replace).map_err(|error| refused(&copied, may_replace, &error))
    })
    .await?;
    Ok(Some(SavedCopy {
        file: target.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        folder: target.parent().unwrap_or(&target).display().to_string(),
    }))
}

/// The report itself is never replaced, and another file only by a whole copy: until there is one, nothing is touched.
fn copy(report: &Path, target: &Path, may_replace: bool) -> io::Result<()> {
    let same = |path: &Path| path.canonicalize().ok();
    if same(target).is_some_and(|there| Some(there) == same(report)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "that is the report itself"));
    }
    // Hidden, so that no watched folder tells of it.
    let folder = target.parent().unwrap_or(target);
    let whole = tempfile::Builder::new().prefix(".landfall-copy-").tempfile_in(folder)?;
    std::fs::copy(report, whole.path())?;
    whole.as_file().sync_all()?;
    let kept = if may_replace { whole.persist(target) } else { whole.persist_noclobber(target) };
    kept.map(drop).map_err(|error| error.error)
}

fn refused(target: &Path, may_replace: bool, error: &io::Error) -> ApiError {
    let place = "Choose another place; the report is where it was.";
    let (code, message, hint) = match error.kind() {
        io::ErrorKind::AlreadyExists if !may_replace => {
            let name = target.file_name().unwrap_or_default().to_string_lossy();
            let message = format!("there is a file named {name} already");
            (Code::Conflict, message, "Save the copy under another name; that file was left as it is.")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (Code::DiskFull, format!("the copy could not be written: {error}"), place)
        }
        _ => (Code::TargetNotWritable, format!("the copy could not be written: {error}"), place),
    };
    ApiError::new(code, message, hint).about(target.display().to_string())
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
    use std::fs;

    use super::*;

    /// A folder with a report in it.
    fn with_a_report() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("a.xlsx");
        fs::write(&report, "rows").unwrap();
        (folder, report)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_is_not_copied_onto_itself_and_stays_whole() {
        let (folder, report) = with_a_report();
        assert!(copy(&report, &folder.path().join("./a.xlsx"), true).is_err());
        assert_eq!(fs::read_to_string(&report).unwrap(), "rows");
        let link = folder.path().join("link.xlsx");
        fs::hard_link(&report, &link).unwrap();
        copy(&report, &link, true).unwrap();
        assert_eq!((fs::read_to_string(&report).unwrap(), fs::read_to_string(&link).unwrap()), both("rows"));
    }

    fn both(text: &str) -> (String, String) {
        (text.to_owned(), text.to_owned())
    }

    #[test]
    fn a_file_that_the_dialog_asked_about_is_replaced_and_one_whose_name_we_made_is_not() {
        let (folder, report) = with_a_report();
        let target = folder.path().join("b.xlsx");
        fs::write(&target, "of the person").unwrap();
        let error = copy(&report, &target, false).unwrap_err();
        let refused = refused(&target, false, &error);
        assert_eq!(refused.code, Code::Conflict);
        assert!(refused.message.contains("b.xlsx"), "{refused:?}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "of the person");
        copy(&report, &target, true).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "rows");
        assert_eq!(names(folder.path()), ["a.xlsx", "b.xlsx"], "nothing else is left behind");
    }

    #[test]
    fn a_copy_that_fails_leaves_the_file_that_was_there() {
        let (folder, report) = with_a_report();
        let target = folder.path().join("b.xlsx");
        fs::write(&target, "of the person").unwrap();
        fs::remove_file(&report).unwrap();
        assert!(copy(&report, &target, true).is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "of the person");
        assert_eq!(names(folder.path()), ["b.xlsx"]);
    }
}
