//! Where the checkout lies that these tests were compiled from.

use std::path::{Path, PathBuf};

/// The top folder of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the checkout").to_path_buf()
}

/// A file of the checkout by its path from the top.
pub fn file(path: &str) -> PathBuf {
    root().join(path)
}
