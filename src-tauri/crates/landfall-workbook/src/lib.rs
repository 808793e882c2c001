//! Finished workbooks, read: the first rows of each sheet, and the chart of the summary.
//!
//! What is read may come from anybody who can put a file into a watched folder, so nothing of it is trusted: the parts
//! are unpacked up to a limit before they are parsed ([`parts`]), texts are cut, and a file that no parser of ours
//! foresaw is an [`Error`], not the end of the program. Memory depends on the limits, not on the file.

mod chart;
mod error;
mod format;
mod parts;
mod sheet;
mod summary;

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use landfall_core::definition::SUMMARY_SHEET;
use serde::Serialize;
use ts_rs::TS;

pub use error::Error;

/// Rows of data that a preview shows; the header comes on top.
pub const PREVIEW_ROWS: usize = 100;
/// Columns that are read; those further right are left out.
pub const PREVIEW_COLUMNS: usize = 100;

/// What a person sees of a workbook without a spreadsheet program.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The sheets that a spreadsheet program shows, in its order.
    pub sheets: Vec<SheetPreview>,
    /// The first chart of the summary; none in a workbook that has no such chart.
    pub chart: Option<SummaryChart>,
}

/// The first rows of a sheet, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SheetPreview {
    pub name: String,
    /// The header first, then the data; all rows are equally long. A sheet that holds only a chart has no rows.
    pub rows: Vec<Vec<String>>,
    /// Rows of the whole sheet without the header; none if the file doesn't say.
    pub data_rows: Option<u64>,
    /// For each column, whether its cells under the header are numbers.
    pub numeric: Vec<bool>,
}

/// The values behind a chart of the Summary sheet.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryChart {
    pub title: String,
    /// The currency of the only series; empty if there are several series or no currency is known.
    pub unit: String,
    /// What stands under the values: days as `2026-10-01`, other values as the text of their cells.
    pub labels: Vec<String>,
    pub series: Vec<ChartSeries>,
    /// For each series, the sum of its values; none if it has no value.
    pub total: Vec<Option<f64>>,
}

/// One line or set of bars.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChartSeries {
    /// The currency, or `Amount`.
    pub name: String,
    /// A value for each label; none where the cell has no number.
    pub values: Vec<Option<f64>>,
}

/// Reads what the preview pane shows. Blocks; takes milliseconds, and in the worst case (every limit reached) a few
/// seconds.
pub fn preview(path: &Path) -> Result<Preview, Error> {
    let (sheets, chart) = guarded(|| read(path, PREVIEW_ROWS + 1))?;
    Ok(Preview { sheets, chart })
}

/// Reads the first `rows` rows of each sheet, header included. Blocks.
pub fn first_rows(path: &Path, rows: usize) -> Result<Vec<SheetPreview>, Error> {
    guarded(|| read(path, rows)).map(|(sheets, _)| sheets)
}

fn read(path: &Path, rows: usize) -> Result<(Vec<SheetPreview>, Option<SummaryChart>), Error> {
    let parts = parts::unpack(path, rows)?;
    let drawn = chart::first_of(&parts.charts, SUMMARY_SHEET);
    let mut workbook = sheet::open(parts.workbook, parts.oversized.as_deref())?;
    let mut chart = None;
    let mut sheets = Vec::new();
    for name in sheet::shown(&workbook) {
        let mut gathered = drawn.as_ref().filter(|_| name == SUMMARY_SHEET).map(summary::Gathered::of);
        sheets.push(sheet::read(&mut workbook, &name, rows, gathered.as_mut())?);
        chart = gathered.and_then(summary::Gathered::into_chart).or(chart);
    }
    Ok((sheets, chart))
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread, now, is one that becomes an [`Error`]. For the panic hook of a program, which hears
/// of it before it is caught: a damaged file is no crash.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// A parser that panics at a file has met one that it should refuse.
fn guarded<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    GUARDED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Error::Parser));
    GUARDED.set(false);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_that_panics_refuses_the_file_and_the_hook_can_tell_it_from_a_crash() {
        let outcome: Result<(), Error> = guarded(|| {
            assert!(is_guarded());
            panic!("of a parser")
        });
        assert!(matches!(outcome, Err(Error::Parser)) && !is_guarded());
    }
}
