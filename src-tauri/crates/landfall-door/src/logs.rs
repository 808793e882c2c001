//! The logs of the engine.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The log of the engine that was written to last; the desktop app has one of its own there.
pub fn newest(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let of_engine = |path: &PathBuf| {
        path.is_file() && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("engine"))
    };
    let files = entries.map(|entry| entry.path()).filter(of_engine);
    files
        .filter_map(|path| {
            let found = std::fs::metadata(&path).ok().filter(|found| found.len() > 0)?;
            Some((found.modified().unwrap_or(SystemTime::UNIX_EPOCH), path))
        })
        .max()
        .map(|(_, path)| path)
}
