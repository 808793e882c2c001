//! One look through the folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::names::{is_hidden, is_workbook};
use crate::stamp::Stamp;

/// Lists every regular file under a watched name with its stamp; links are not followed. Blocks on the file
/// system. Folders inside the first one that cannot be read are skipped; an error means that the list of
/// the folder itself is not to be trusted.
pub(crate) fn list(root: &Path, recursive: bool) -> Result<Vec<(PathBuf, Stamp)>, Error> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(inside) = open.pop() {
        let outermost = inside.as_os_str().is_empty();
        let entries = match fs::read_dir(root.join(&inside)) {
            Ok(entries) => entries,
            Err(source) if outermost => return Err(Error::ListFolder(source)),
            Err(source) => {
                tracing::debug!(folder = %inside.display(), error = %source, "folder skipped");
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(source) if outermost => return Err(Error::ListFolder(source)),
                Err(_) => break,
            };
            let name = entry.file_name();
            if is_hidden(&name) {
                continue;
            }
            // The type comes with the name on common file systems, so most entries cost no call.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && recursive {
                open.push(inside.join(&name));
            } else if kind.is_file() && is_workbook(&name) {
                // A file that went away meanwhile is noticed as missing when it is looked at.
                if let Ok(metadata) = entry.metadata() {
                    found.push((inside.join(&name), Stamp::of(&metadata)));
                }
            }
        }
    }
    Ok(found)
}
