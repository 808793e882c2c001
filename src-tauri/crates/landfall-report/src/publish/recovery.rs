//! After a crash: what was finished is completed, the rest is removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use landfall_core::names;
use landfall_core::sidecar::{SCHEMA, Sidecar};

use super::claim::is_held;
use super::{PublishError, publish_sidecar, sha256_of};

/// How a run that is no longer at work really ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// Its workbook lies in the folder, complete, with its sidecar.
    Published(Box<Sidecar>),
    /// It published nothing; what it left behind is removed.
    Nothing,
    /// Its generator is alive; nothing was touched.
    AtWork,
}

/// Finds out how `run`, whose workbook would be `file` in `folder`, ended, and leaves nothing half done.
pub fn recover(folder: &Path, run: u64, file: &str) -> Result<Recovered, PublishError> {
    if is_held(folder, run) {
        return Ok(Recovered::AtWork);
    }
    let workbook = folder.join(file);
    let sidecar_name = names::sidecar_name(file);
    let hidden = folder.join(names::part_name(&sidecar_name, run));
    let mut recovered = Recovered::Nothing;
    if let Some(sidecar) = read_sidecar(&hidden, run, file) {
        if fits(&workbook, &sidecar)? {
            publish_sidecar(&hidden, folder, &sidecar_name)?;
            recovered = Recovered::Published(Box::new(sidecar));
        } else if fs::metadata(&workbook).is_ok_and(|found| found.len() == 0) {
            // The empty file by which the name was claimed; the sidecar proves whose it was.
            remove(&workbook)?;
        }
    } else if let Some(sidecar) = read_sidecar(&folder.join(&sidecar_name), run, file)
        && fits(&workbook, &sidecar)?
    {
        recovered = Recovered::Published(Box::new(sidecar));
    }
    for name in
        [names::part_name(file, run), names::part_name(&sidecar_name, run), names::work_folder_name(run)]
    {
        remove(&folder.join(name))?;
    }
    Ok(recovered)
}

fn read_sidecar(path: &Path, run: u64, file: &str) -> Option<Sidecar> {
    let sidecar: Sidecar = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    (sidecar.schema <= SCHEMA && sidecar.run == run && sidecar.file == file).then_some(sidecar)
}

fn fits(workbook: &Path, sidecar: &Sidecar) -> Result<bool, PublishError> {
    if fs::metadata(workbook).map_or(0, |found| found.len()) != sidecar.bytes {
        return Ok(false);
    }
    Ok(sha256_of(workbook)?.0 == sidecar.sha256)
}

fn remove(path: &Path) -> Result<(), PublishError> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let removed = if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(PublishError::Remove { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// What [`sweep`] removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    pub removed: Vec<PathBuf>,
    pub bytes: u64,
}

/// Removes unfinished work from `folder`: of runs that no living process holds, and for which `may_go` says so
/// (given the run and when its file last changed). Nothing else is ever touched.
pub fn sweep(folder: &Path, may_go: impl Fn(u64, SystemTime) -> bool) -> Result<Swept, PublishError> {
    let read = |source| PublishError::Read { path: folder.to_owned(), source };
    let mut swept = Swept::default();
    for entry in fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let Some(run) = entry.file_name().to_str().and_then(names::unfinished_work_of) else { continue };
        let Ok(found) = entry.metadata() else { continue };
        let changed = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        if !may_go(run, changed) || is_held(folder, run) {
            continue;
        }
        remove(&entry.path())?;
        swept.bytes += if found.is_file() { found.len() } else { 0 };
        swept.removed.push(entry.path());
    }
    Ok(swept)
}
