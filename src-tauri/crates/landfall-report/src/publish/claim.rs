//! The hidden folder that says "this run is at work here".

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use landfall_core::names;

use super::PublishError;

const LOCK: &str = "lock";

/// A run's place in a reports folder, held while its generator lives: the operating system lets go of the lock
/// when the process ends, however it ends. Dropping it removes the folder.
#[derive(Debug)]
pub struct Claim {
    work: PathBuf,
    lock: Option<File>,
    run: u64,
}

impl Claim {
    /// Claims `run` in `folder`. The claim of a dead run of this number is taken over.
    pub fn take(folder: &Path, run: u64) -> Result<Self, PublishError> {
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(PublishError::NotAFolder { folder: folder.to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(PublishError::FolderMissing { folder: folder.to_owned() });
            }
            Err(source) => return Err(PublishError::Read { path: folder.to_owned(), source }),
        }
        let work = folder.join(names::work_folder_name(run));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(&work);
        match made {
            Ok(()) => {}
            // Somebody's, or left behind: the lock tells.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(PublishError::Create { path: work, source }),
        }
        let path = work.join(LOCK);
        let lock =
            File::create(&path).map_err(|source| PublishError::Create { path: path.clone(), source })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { work, lock: Some(lock), run }),
            Err(TryLockError::WouldBlock) => Err(PublishError::Claimed { run }),
            // Some network file systems have no locks; the exclusive names still keep runs apart.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Self { work, lock: Some(lock), run })
            }
            Err(TryLockError::Error(source)) => Err(PublishError::Create { path, source }),
        }
    }

    /// Folder for temporary files of the run.
    pub fn work_folder(&self) -> &Path {
        &self.work
    }

    pub fn run(&self) -> u64 {
        self.run
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The lock goes last where open files can be removed, so that nobody takes a half-removed folder.
        let _ = fs::remove_dir_all(&self.work);
        self.lock = None;
    }
}

/// Whether a living process holds the claim of `run` in `folder`.
pub(super) fn is_held(folder: &Path, run: u64) -> bool {
    let path = folder.join(names::work_folder_name(run)).join(LOCK);
    let Ok(file) = File::open(path) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}
