//! Whether the disk has room for the report, before the work begins.

use std::path::Path;

use super::ReportError;

/// XML around a cell of text: `<c r="A12345" t="inlineStr"><is><t>…</t></is></c>`.
const XML_OF_A_CELL_BYTES: u64 = 45;
const XML_OF_A_ROW_BYTES: u64 = 30;
/// The bench's month: 73 MB of XML become a workbook of 9.3 MB.
const COMPRESSION: u64 = 7;
/// Summary, styles and all that doesn't grow with the rows.
const REST_BYTES: u64 = 64 * 1024;

/// Bytes that a report of so many rows takes while it is made: the uncompressed rows and the workbook.
/// `row_bytes` is the planner's width of a row.
pub fn estimate_bytes(rows: u64, columns: u64, row_bytes: u64) -> u64 {
    let row = XML_OF_A_ROW_BYTES + columns * XML_OF_A_CELL_BYTES + row_bytes;
    let xml = rows.saturating_mul(row);
    xml.saturating_add(xml / COMPRESSION).saturating_add(REST_BYTES)
}

/// Refuses only what clearly can't fit: the planner's guess of the rows is halved first, since it errs.
pub(crate) fn check(folder: &Path, rows: u64, columns: u64, row_bytes: u64) -> Result<(), ReportError> {
    let needed_bytes = estimate_bytes(rows / 2, columns, row_bytes);
    match free_bytes(folder) {
        Some(free_bytes) if free_bytes < needed_bytes => {
            Err(ReportError::NoSpace { folder: folder.display().to_string(), needed_bytes, free_bytes })
        }
        _ => Ok(()),
    }
}

/// Bytes that this user may still write in `folder`; `None` where the file system doesn't say.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    // Some file systems that know no bound say 0 blocks of 0.
    (found.f_blocks > 0).then(|| found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_of_the_month_of_the_bench_is_near_what_was_measured() {
        // 83,835 rows of 18 columns: 73 MB of XML and a workbook of 9.3 MB.
        let bytes = estimate_bytes(83_835, 18, 180);
        assert!((75_000_000..110_000_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn what_can_not_fit_is_refused_with_figures() {
        let folder = std::env::temp_dir();
        assert!(check(&folder, 0, 20, 100).is_ok());
        let error = check(&folder, u64::MAX, 20, 100).err().map(|error| error.api_error().message);
        assert!(error.is_some_and(|message| message.contains(" MB left")));
    }
}
