//! The folders: the checkout, the cache outside it, what is built.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Where everything lies.
#[derive(Debug)]
pub(crate) struct Places {
    /// The checkout's top.
    pub(crate) root: PathBuf,
    /// Slow set-up, shared by all checkouts: `LANDFALL_CACHE`, else `~/.cache/landfall`.
    pub(crate) cache: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR`, else one in the cache, so that a fresh clone compiles only itself.
    pub(crate) target: PathBuf,
    /// The programs of this checkout side by side, as they find each other when installed.
    pub(crate) programs: PathBuf,
}

impl Places {
    pub(crate) fn find() -> Result<Self, Failure> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.ancestors().nth(2).map_or_else(PathBuf::new, Path::to_path_buf);
        let cache = match (env::var_os("LANDFALL_CACHE"), env::var_os("HOME")) {
            (Some(chosen), _) => PathBuf::from(chosen),
            (None, Some(home)) => Path::new(&home).join(".cache/landfall"),
            (None, None) => return Err(Failure::usage("set HOME, or LANDFALL_CACHE to a folder for caches")),
        };
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        // Two checkouts that share the target folder overwrite each other's programs there, so each has its own copies.
        let programs = cache.join("programs").join(key(root.as_os_str().as_encoded_bytes()));
        Ok(Self { root, cache, target, programs })
    }
}

/// A short name for something made from these bytes; the same on every call of one build of xtask and, as it only
/// names a cache, harmless when it changes.
pub(crate) fn key(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
