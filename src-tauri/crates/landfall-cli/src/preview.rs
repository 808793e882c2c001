//! The first rows of each sheet of a workbook.

use std::path::Path;

use landfall_workbook::SheetPreview;
use serde_json::{Value, json};

use crate::error::Error;
use crate::output::{Output, table};

/// A cell wider than this is cut on a terminal.
const WIDEST_CELL: usize = 32;

/// Reads the first `rows` rows of each sheet, header included, and not much more of it than that.
pub(crate) fn read(path: &Path, rows: usize) -> Result<Vec<SheetPreview>, Error> {
    landfall_workbook::first_rows(path, rows)
        .map_err(|source| Error::Workbook { path: path.to_path_buf(), source })
}

/// The sheets as programs read them from `--json`.
pub(crate) fn json(sheets: &[SheetPreview]) -> Value {
    sheets.iter().map(|sheet| json!({ "sheet": sheet.name, "rows": sheet.rows })).collect()
}

/// Shows each sheet as a table; text from the workbook can't reach the terminal unescaped.
pub(crate) fn show(sheets: &[SheetPreview], output: Output) -> Result<(), Error> {
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        output.line(&format!("— {} —", crate::output::escape::safe(&sheet.name)))?;
        let width = output.result_on_terminal.then(crate::output::terminal_width).flatten();
        let cut = |row: &Vec<String>| row.iter().map(|cell| table::cut(cell, WIDEST_CELL)).collect();
        let rows: Vec<Vec<String>> = sheet.rows.iter().map(cut).collect();
        let headers = vec![table::Column::left(""); rows.first().map_or(0, Vec::len)];
        for line in table::lines(&headers, &rows, None).iter().skip(1) {
            output.line(&width.map_or_else(|| line.clone(), |width| table::cut(line, width)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn what_is_no_workbook_is_an_error_that_names_the_file() {
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        let error = read(file.path(), 2).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
        assert!(matches!(read(Path::new("/nonexistent.xlsx"), 2), Err(Error::Workbook { .. })));
    }
}
