//! The trash of the system: files go into it, and come back where the system can give them back.

use std::path::Path;

use landfall_core::code::{ApiError, Code};

/// Moves a file to the trash.
pub(crate) fn put(path: &Path) -> Result<(), ApiError> {
    trash::delete(path).map_err(|error| {
        tracing::warn!("the trash can't take {}: {error}", path.display());
        ApiError::new(
            Code::Refused,
            "this file can't be moved to the trash",
            "Delete it for good instead; there are 8 seconds to think again.",
        )
        .about(path.display().to_string())
    })
}

/// Puts the file that was last moved to the trash from `path` back to where it was. Never overwrites, and never makes a
/// folder that is gone.
pub(crate) fn take_back(path: &Path) -> Result<(), ApiError> {
    let refuse = |code, message: &str, hint: &str| {
        Err(ApiError::new(code, message, hint).about(path.display().to_string()))
    };
    if !path.parent().is_some_and(Path::is_dir) {
        let hint = "Plug its drive in or make the folder again, then restore the report.";
        return refuse(Code::FolderMissing, "the folder of this report is not there", hint);
    }
    if path.symlink_metadata().is_ok() {
        let hint = "Move or rename it, then restore the report.";
        return refuse(Code::Conflict, "another file has taken the name of this report", hint);
    }
    given_back::take_back(path)
}

#[cfg(any(
    target_os = "windows",
    all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))
))]
mod given_back {
    use std::path::{Path, PathBuf};
    use std::time::SystemTime;

    use trash::{Error, TrashItem, os_limited};

    use super::{ApiError, Code};

    pub(super) fn take_back(path: &Path) -> Result<(), ApiError> {
        let refuse = |message: String, hint: &str| {
            ApiError::new(Code::Refused, message, hint).about(path.display().to_string())
        };
        let items = os_limited::list().map_err(|error| {
            refuse(format!("the trash can't be read: {error}"), "Take the file out of the trash by hand.")
        })?;
        // The trash knows folders by their real paths.
        let real = real_path(path);
        let from_here = |item: &TrashItem| real_path(&item.original_path()) == real;
        let newest = items.into_iter().filter(from_here).max_by_key(went_at).ok_or_else(|| {
            refuse("the trash no longer has this report".to_owned(), "Make the report again.")
        })?;
        os_limited::restore_all([newest]).map_err(|error| match error {
            Error::RestoreCollision { .. } => ApiError::new(
                Code::Conflict,
                "another file has taken the name of this report",
                "Move or rename it, then restore the report.",
            )
            .about(path.display().to_string()),
            error => {
                // The trash holds the place with an empty file before it moves the other one there.
                if path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() == 0) {
                    let _ = std::fs::remove_file(path);
                }
                refuse(
                    format!("the trash could not give the report back: {error}"),
                    "Take the file out of the trash by hand.",
                )
            }
        })
    }

    fn real_path(path: &Path) -> PathBuf {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_path_buf(),
        }
    }

    /// When a file went. Where the trash does not say, the time of its note does.
    fn went_at(item: &TrashItem) -> (i64, Option<SystemTime>) {
        let note = Path::new(&item.id).metadata().and_then(|note| note.modified()).ok();
        (item.time_deleted, note)
    }
}

#[cfg(not(any(
    target_os = "windows",
    all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))
)))]
mod given_back {
    use super::{ApiError, Code, Path};

    pub(super) fn take_back(path: &Path) -> Result<(), ApiError> {
        Err(ApiError::new(
            Code::Refused,
            "the trash of this system gives nothing back to programs",
            "Take the file out of the trash by hand.",
        )
        .about(path.display().to_string()))
    }
}
