//! Publishing a workbook so that nobody ever sees half of it, and putting right what a crash left behind.
//!
//! While a run is at work its claim, a hidden folder with a locked file in it, stands beside the target. The
//! workbook is written under a hidden name in the target's own folder. When it is complete and on the disk, its
//! description (the sidecar) is written under a hidden name and brought to the disk first; then the workbook gets
//! its name, without ever replacing a file; then the sidecar gets its name. So a crash between any two steps
//! leaves either nothing that looks finished, or a finished workbook whose hidden sidecar tells all about it:
//! [`recover`] completes the second and sweeps the first.

mod claim;
mod recovery;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use landfall_core::code::Code;
use landfall_core::names;
use landfall_core::sidecar::Sidecar;
use sha2::{Digest, Sha256};

pub use self::claim::Claim;
pub use self::recovery::{Recovered, Swept, recover, sweep};

/// A step of publishing that failed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("the folder {} is not there", folder.display())]
    FolderMissing { folder: PathBuf },
    #[error("{} is not a folder", folder.display())]
    NotAFolder { folder: PathBuf },
    #[error("run {run} is being written to this folder by another program")]
    Claimed { run: u64 },
    #[error("{} is there already", path.display())]
    Exists { path: PathBuf },
    #[error("{} can't be created", path.display())]
    Create { path: PathBuf, source: io::Error },
    #[error("{} can't be written", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} can't be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} can't be removed", path.display())]
    Remove { path: PathBuf, source: io::Error },
    #[error("the finished workbook can't get its name {}", path.display())]
    Rename { path: PathBuf, source: io::Error },
}

impl PublishError {
    pub fn code(&self) -> Code {
        match self {
            Self::Create { source, .. } | Self::Write { source, .. } | Self::Rename { source, .. }
                if is_disk_full(source) =>
            {
                Code::DiskFull
            }
            _ => Code::TargetNotWritable,
        }
    }

    /// What the person can do.
    pub fn hint(&self) -> String {
        if self.code() == Code::DiskFull {
            return "Free space on that disk, or choose a folder on another one.".to_owned();
        }
        match self {
            Self::FolderMissing { .. } => {
                "Create the folder, or choose another one with --output.".to_owned()
            }
            Self::NotAFolder { .. } => "Choose a folder, or a file name that ends in .xlsx.".to_owned(),
            Self::Claimed { .. } => {
                "Wait until it is done, or run the report again under a new number.".to_owned()
            }
            Self::Exists { .. } => {
                "Reports are never overwritten: choose another name, or move that file.".to_owned()
            }
            _ => "Check that you may write to that folder and that its disk is not read-only.".to_owned(),
        }
    }
}

/// Whether an error says that the disk, or the part of it that this user may fill, is full.
pub fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// A file under its hidden name. It is removed when it goes out of scope, unless it was published.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
}

impl Part {
    /// Creates the hidden file of `file` in `folder`, readable by this user only (contract: 0600).
    pub fn create(folder: &Path, file: &str, run: u64) -> Result<(Self, File), PublishError> {
        let path = folder.join(names::part_name(file, run));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(&path);
        match opened {
            Ok(file) => Ok((Self { path }, file)),
            Err(source) => Err(PublishError::Create { path, source }),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Nothing is there any more once it was published.
        let _ = fs::remove_file(&self.path);
    }
}

/// Gives the workbook, and then its description, their names. `workbook` is complete and on the disk.
pub fn publish(folder: &Path, workbook: &Part, sidecar: &Sidecar) -> Result<PathBuf, PublishError> {
    let target = folder.join(&sidecar.file);
    let sidecar_name = names::sidecar_name(&sidecar.file);
    let (description, mut file) = Part::create(folder, &sidecar_name, sidecar.run)?;
    let write = |source| PublishError::Write { path: description.path.clone(), source };
    let mut text = serde_json::to_vec_pretty(sidecar).map_err(|error| write(error.into()))?;
    text.push(b'\n');
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(write)?;
    sync_folder(folder);
    rename_without_replacing(&workbook.path, &target)?;
    sync_folder(folder);
    if publish_sidecar(&description.path, folder, &sidecar_name).is_err() {
        // The workbook is there, complete: the run is done. Its description stays under the hidden name, where
        // recovery finds it.
        std::mem::forget(description);
    }
    Ok(target)
}

/// The last step: after it the workbook counts as ready for programs that read sidecars.
fn publish_sidecar(part: &Path, folder: &Path, name: &str) -> Result<(), PublishError> {
    let target = folder.join(name);
    match rename_without_replacing(part, &target) {
        // A crash in the middle of the rename left both names.
        Err(PublishError::Exists { .. }) if is_same(part, &target) => {
            fs::remove_file(part).map_err(|source| PublishError::Remove { path: part.to_owned(), source })?;
        }
        other => other?,
    }
    sync_folder(folder);
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Makes renames survive a power cut. Not every file system can; the files themselves are safe without it.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Moves `part` to `target` if nothing has that name. Three ways, since not every file system has each.
fn rename_without_replacing(part: &Path, target: &Path) -> Result<(), PublishError> {
    type Way = fn(&Path, &Path) -> io::Result<()>;
    let ways: [Way; 3] = [rename_exclusively, link_and_unlink, claim_and_rename];
    let mut last = io::Error::from(io::ErrorKind::Unsupported);
    for way in ways {
        match way(part, target) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(PublishError::Exists { path: target.to_owned() });
            }
            Err(error) if is_disk_full(&error) => {
                return Err(PublishError::Rename { path: target.to_owned(), source: error });
            }
            Err(error) => last = error,
        }
    }
    Err(PublishError::Rename { path: target.to_owned(), source: last })
}

/// One step, where the file system knows it (Linux: `renameat2` with `RENAME_NOREPLACE`).
fn rename_exclusively(part: &Path, target: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, part, CWD, target, RenameFlags::NOREPLACE)?)
    }
    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    {
        let _ = (part, target);
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn link_and_unlink(part: &Path, target: &Path) -> io::Result<()> {
    fs::hard_link(part, target)?;
    fs::remove_file(part)
}

/// An empty file holds the name; the rename then replaces only that.
fn claim_and_rename(part: &Path, target: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(target)?;
    fs::rename(part, target).inspect_err(|_| {
        let _ = fs::remove_file(target);
    })
}

/// SHA-256 of a file in lower-case hexadecimal, and its size in bytes.
pub fn sha256_of(path: &Path) -> Result<(String, u64), PublishError> {
    let read = |source| PublishError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(read)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((hex::encode(hash.finalize()), bytes)),
            Ok(length) => {
                hash.update(&buffer[..length]);
                bytes += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(read(error)),
        }
    }
}
