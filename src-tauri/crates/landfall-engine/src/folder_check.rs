//! Whether a folder can become the reports folder, before anything is changed.

use std::path::{Path, PathBuf};

use landfall_core::api::Reply;
use landfall_core::cloud;
use landfall_core::code::{ApiError, Code};
use landfall_core::library::FolderCheck;
use landfall_core::state::RequestRef;

use crate::commands::ledger_error;
use crate::engine::Engine;

/// What is known before the disk is looked at.
struct Asked {
    folder: PathBuf,
    present: PathBuf,
    /// Landfall's own data, which "start over" removes.
    data: PathBuf,
    recursive: bool,
    /// Names of files that runs put into the present folder.
    files: Vec<String>,
}

impl Engine {
    pub(crate) fn check_folder(&mut self, request: RequestRef, folder: &str) {
        let present = self.reports_folder();
        let files = match self.ledger.files_of_runs_in(&present) {
            Ok(files) => files,
            Err(error) => return self.reply(request, Err(ledger_error(&error))),
        };
        let asked = Asked {
            folder: PathBuf::from(self.tidy_path(folder)),
            present: PathBuf::from(present),
            data: self.places.data.clone(),
            recursive: self.settings.watch.recursive,
            files,
        };
        self.answer_later(request, move || Ok(Reply::FolderChecked(Box::new(look_at(&asked)))));
    }
}

fn look_at(asked: &Asked) -> FolderCheck {
    let folder = &asked.folder;
    let names: Vec<String> =
        real_path(folder).components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let marked = |mark: &str| folder.ancestors().any(|above| above.join(mark).symlink_metadata().is_ok());
    let lies_there = |file: &&String| asked.present.join(file).is_file();
    FolderCheck {
        folder: folder.display().to_string(),
        problem: problem(asked).err(),
        present: real_path(folder) == real_path(&asked.present),
        free_bytes: free_bytes(folder),
        cloud: cloud::copied_by(names.iter().map(String::as_str), marked).map(str::to_owned),
        reports_to_move: asked.files.iter().filter(lies_there).count() as u64,
    }
}

fn problem(asked: &Asked) -> Result<(), ApiError> {
    let folder = &asked.folder;
    let refuse = |code, message: String, hint: &str| {
        Err(ApiError::new(code, message, hint).about(folder.display().to_string()))
    };
    if !folder.is_absolute() {
        let message = format!("\"{}\" is not an absolute path", folder.display());
        return refuse(Code::Usage, message, "Give the whole path of the folder.");
    }
    match folder.metadata() {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            let message = format!("\"{}\" is not a folder", folder.display());
            return refuse(Code::TargetNotWritable, message, "Choose a folder.");
        }
        Err(error) => {
            let message = format!("\"{}\" can't be used: {error}", folder.display());
            return refuse(
                Code::FolderMissing,
                message,
                "Make the folder or plug its drive in, or choose another one.",
            );
        }
    }
    is_not_our_own(folder, &asked.data)?;
    let (real, present) = (real_path(folder), real_path(&asked.present));
    let nested = real != present && (real.starts_with(&present) || present.starts_with(&real));
    if nested && asked.recursive {
        return refuse(
            Code::Conflict,
            format!(
                "one of \"{}\" and \"{}\" lies inside the other",
                folder.display(),
                asked.present.display()
            ),
            "Choose a folder outside, or turn watch.recursive off first.",
        );
    }
    write_and_remove(folder).or_else(|error| {
        let message = format!("\"{}\" can't be written to: {error}", folder.display());
        refuse(Code::TargetNotWritable, message, "Check who owns the folder, or choose another one.")
    })
}

/// Reports never go where Landfall keeps its own data: "start over" removes all of that.
pub(crate) fn is_not_our_own(folder: &Path, data: &Path) -> Result<(), ApiError> {
    if !real_path(folder).starts_with(real_path(data)) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::Conflict,
        format!("\"{}\" belongs to Landfall's own data", folder.display()),
        "Choose another folder: starting over removes everything in this one.",
    )
    .about(folder.display().to_string()))
}

/// Only a file that was really made says that files can be made.
fn write_and_remove(folder: &Path) -> std::io::Result<()> {
    let file = tempfile::Builder::new().prefix(".landfall-check-").suffix(".part").tempfile_in(folder)?;
    file.close()
}

fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    // Some file systems that know no bound say 0 blocks of 0.
    (found.f_blocks > 0).then(|| found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
