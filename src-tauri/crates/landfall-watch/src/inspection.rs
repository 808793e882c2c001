//! Looking at one file: the first look, and the judgement after the second.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::names::owner_lock;
use crate::place::Place;
use crate::stamp::{ContentHash, Stamp};
use crate::workbook::{self, Depth};

/// What a look at a path finds. Links, folders and devices count as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glance {
    /// The file's stamp, if there is a regular file.
    pub(crate) stamp: Option<Stamp>,
    /// A lock file lies beside it.
    pub(crate) owner_lock: bool,
}

/// Looks at the file at `path` without opening it. Blocks on the file system.
pub(crate) fn glance(root: &Path, path: &Path) -> Glance {
    let owner_lock = owner_lock(path)
        .is_some_and(|lock| fs::symlink_metadata(root.join(lock)).is_ok_and(|it| it.is_file()));
    Glance { stamp: stamp_of(&root.join(path)).unwrap_or(None), owner_lock }
}

fn stamp_of(path: &Path) -> io::Result<Option<Stamp>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_file().then(|| Stamp::of(&metadata))),
        Err(source) if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(source) => Err(source),
    }
}

/// A file that has to be judged.
#[derive(Debug)]
pub(crate) struct Question {
    /// Path relative to the folder.
    pub(crate) path: PathBuf,
    /// What the look before this one found.
    pub(crate) before: Option<Stamp>,
    /// How closely the archive is checked.
    pub(crate) depth: Depth,
    /// Hash the file even if it is no workbook, to know a broken content again.
    pub(crate) hash_flawed: bool,
}

/// The judgement.
#[derive(Debug)]
pub(crate) enum Finding {
    /// There is no such file, and the folder is there to say so.
    Absent,
    /// There is no such file because the folder itself is gone.
    NoFolder,
    /// The file changed since the look before, or while it was read.
    Restless(Option<Stamp>),
    /// A complete workbook.
    Complete { stamp: Stamp, sha256: ContentHash },
    /// Not a workbook, or not yet.
    Flawed { stamp: Stamp, sha256: Option<ContentHash>, reason: Error },
    /// The file cannot be looked at.
    Unreadable { stamp: Option<Stamp>, reason: Error },
}

/// Judges one file. Blocks on the file system; ends early when `stop` is set.
pub(crate) fn inspect(place: &Place, question: &Question, stop: &AtomicBool) -> Finding {
    let full = place.real.join(&question.path);
    let stamp = match stamp_of(&full) {
        Ok(Some(stamp)) => stamp,
        Ok(None) if question.before.is_some() => return Finding::Restless(None),
        Ok(None) if place.still_there() => return Finding::Absent,
        Ok(None) => return Finding::NoFolder,
        Err(source) => return Finding::Unreadable { stamp: None, reason: Error::OpenFile(source) },
    };
    if question.before != Some(stamp) {
        return Finding::Restless(Some(stamp));
    }
    let mut file = match open(&full) {
        Ok(file) => file,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Finding::Restless(None),
        Err(source) => {
            return Finding::Unreadable { stamp: Some(stamp), reason: Error::OpenFile(source) };
        }
    };
    // The name may lead to another file by now; what was opened must be what was looked at.
    let is_same = |file: &File| file.metadata().is_ok_and(|metadata| Stamp::of(&metadata) == stamp);
    if !is_same(&file) {
        return Finding::Restless(stamp_of(&full).unwrap_or(None));
    }
    let verdict = workbook::check(&file, question.depth);
    let sha256 = match &verdict {
        Err(reason) if reason.is_unreadable() || !question.hash_flawed => Ok(None),
        _ => hash(&mut file, stop).map(Some),
    };
    if !is_same(&file) || !stamp_of(&full).is_ok_and(|now| now == Some(stamp)) {
        return Finding::Restless(stamp_of(&full).unwrap_or(None));
    }
    match (verdict, sha256) {
        (Ok(()), Ok(Some(sha256))) => Finding::Complete { stamp, sha256 },
        (Err(reason), _) if reason.is_unreadable() => Finding::Unreadable { stamp: Some(stamp), reason },
        (Err(reason), Ok(sha256)) => Finding::Flawed { stamp, sha256, reason },
        (_, Err(source)) => Finding::Unreadable { stamp: Some(stamp), reason: Error::ReadFile(source) },
        (Ok(()), Ok(None)) => Finding::Restless(Some(stamp)),
    }
}

/// Opens a regular file for reading; never follows a link, never waits at a pipe that took the name.
fn open(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    options.open(path)
}

fn hash(file: &mut File, stop: &AtomicBool) -> io::Result<ContentHash> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 256 << 10];
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match file.read(&mut block) {
            Ok(0) => return Ok(ContentHash::from_bytes(hasher.finalize().into())),
            Ok(bytes) => hasher.update(&block[..bytes]),
            Err(source) if source.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(source),
        }
    }
}
