//! Real files, from our own generator's library, from others, and from nobody who means well.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod chart;
mod hostile;
mod sheets;

use std::path::PathBuf;

use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

/// The workbook as a file in a folder of its own.
pub(crate) fn saved(mut workbook: Workbook) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    workbook.save(&path).unwrap();
    (folder, path)
}
