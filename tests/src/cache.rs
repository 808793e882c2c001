//! The one folder for slow set-up, shared with `cargo xtask`: `LANDFALL_CACHE`, else `~/.cache/landfall`.

use std::env;
use std::path::{Path, PathBuf};

/// The cache folder; it may not exist yet.
pub fn folder() -> PathBuf {
    if let Some(chosen) = env::var_os("LANDFALL_CACHE") {
        return PathBuf::from(chosen);
    }
    let home = env::var_os("HOME").expect("HOME is set");
    Path::new(&home).join(".cache/landfall")
}
