//! Copies of the ledger, and the way out of the way for one that is broken.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{MAIN_DB, OpenFlags, backup};

use crate::Error;
use crate::inspection::connect_to_read;

/// The files SQLite keeps beside a database. They belong to it: a database with another one's log is a broken one.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// How many ledgers can be set aside in one second.
const SAME_SECOND: u32 = 1_000;

/// Copies the ledger to `ledger.sqlite3.before-<version>`, with everything that was committed, and returns once the
/// copy has reached the disk. A copy of that name from an earlier attempt is replaced, and only by a whole one.
pub(crate) fn copy_before(path: &Path, version: u32) -> Result<PathBuf, Error> {
    let copy = with_ending(path, &format!(".before-{version}"));
    let part = with_ending(&copy, ".part");
    let keep_copy = |source| Error::KeepCopy { copy: copy.clone(), source };
    let copy_ledger = |source| Error::CopyLedger { copy: copy.clone(), source };
    remove_if_there(&part).map_err(keep_copy)?;
    create_private(&part).map_err(keep_copy)?;
    let copied = connect_to_read(path, OpenFlags::empty())
        .and_then(|ledger| ledger.backup(MAIN_DB, &part, None::<fn(backup::Progress)>))
        .map_err(copy_ledger);
    let kept = copied.and_then(|()| {
        fs::OpenOptions::new().write(true).open(&part).and_then(|file| file.sync_all()).map_err(keep_copy)?;
        fs::rename(&part, &copy).map_err(keep_copy)?;
        sync_folder(&copy).map_err(keep_copy)
    });
    if kept.is_err() {
        // The first error is the one that counts; a rest that can't be removed is removed by the next attempt.
        let _ = remove_if_there(&part);
    }
    kept.map(|()| copy)
}

/// Moves a damaged ledger and the files SQLite keeps beside it out of the way, so that a new one can be made, and
/// returns its new path: `ledger.sqlite3.damaged-20261122T093000Z`. Nothing is overwritten.
///
/// To be called while no [`crate::Ledger`] of this path is open. A kill half-way leaves a ledger without its log,
/// which the next attempt moves as well.
pub fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, Error> {
    let set_aside = |source| Error::SetAside { path: path.to_owned(), source };
    let stamp = now.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let target = std::iter::once(String::new())
        .chain((1..SAME_SECOND).map(|again| format!("-{again}")))
        .map(|again| with_ending(path, &format!(".damaged-{stamp}{again}")))
        .find(|target| is_free(target))
        .ok_or_else(|| set_aside(io::ErrorKind::AlreadyExists.into()))?;
    // The log goes first: a new ledger must never find the log of the old one.
    for companion in COMPANIONS {
        match fs::rename(with_ending(path, companion), with_ending(&target, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(set_aside(error)),
            _ => {}
        }
    }
    fs::rename(path, &target).map_err(set_aside)?;
    sync_folder(&target).map_err(set_aside)?;
    Ok(target)
}

/// Makes an empty file that only this user may read, unless there is a file.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

fn is_free(target: &Path) -> bool {
    std::iter::once(target.to_owned())
        .chain(COMPANIONS.iter().map(|companion| with_ending(target, companion)))
        .all(|path| matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound))
}

/// The path with `ending` after its name.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes the name of `path` in its folder reach the disk. Windows does this by itself.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}
