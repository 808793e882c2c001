//! The first rows of each sheet of a workbook.

use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, open_workbook};
use serde::Serialize;

use crate::error::Error;
use crate::output::{Output, table};

/// A cell wider than this is cut on a terminal.
const WIDEST_CELL: usize = 32;
/// Columns beyond are not read: a terminal can't show them.
const MOST_COLUMNS: u32 = 100;

/// The first rows of a sheet, header included, as text.
#[derive(Debug, Serialize, PartialEq)]
pub(crate) struct SheetPreview {
    pub(crate) sheet: String,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Reads the first `rows` rows of each sheet, and no more of it than that.
pub(crate) fn read(path: &Path, rows: usize) -> Result<Vec<SheetPreview>, Error> {
    std::fs::metadata(path).map_err(Error::file(path))?;
    let unreadable = |source| Error::Workbook { path: path.display().to_string(), source };
    let mut workbook: Xlsx<_> = open_workbook(path).map_err(unreadable)?;
    let names = workbook.sheet_names();
    names
        .into_iter()
        .map(|sheet| {
            let rows = first_rows(&mut workbook, &sheet, rows).map_err(unreadable)?;
            Ok(SheetPreview { sheet, rows })
        })
        .collect()
}

fn first_rows<R: std::io::Read + std::io::Seek>(
    workbook: &mut Xlsx<R>,
    sheet: &str,
    most: usize,
) -> Result<Vec<Vec<String>>, calamine::XlsxError> {
    let mut reader = match workbook.worksheet_cells_reader(sheet) {
        // A sheet that holds only a chart has no rows.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        other => other?,
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let row = row as usize;
        if row >= most {
            break;
        }
        if column >= MOST_COLUMNS {
            continue;
        }
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        rows.resize_with(rows.len().max(row + 1), Vec::new);
        let cells = &mut rows[row];
        cells.resize_with(cells.len().max(column as usize + 1), String::new);
        cells[column as usize] = text;
    }
    Ok(rows)
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        DataRef::DateTime(length) => length.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Shows each sheet as a table; text from the workbook can't reach the terminal unescaped.
pub(crate) fn show(sheets: &[SheetPreview], output: Output) -> Result<(), Error> {
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        output.line(&format!("— {} —", crate::output::escape::safe(&sheet.sheet)))?;
        let width = output.result_on_terminal.then(crate::output::terminal_width).flatten();
        let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
        let rows: Vec<Vec<String>> = sheet
            .rows
            .iter()
            .map(|row| {
                let cell = |index| row.get(index).map_or("", String::as_str);
                (0..columns).map(|index| table::cut(cell(index), WIDEST_CELL)).collect()
            })
            .collect();
        let headers = vec![table::Column::left(""); columns];
        for line in table::lines(&headers, &rows, None).iter().skip(1) {
            output.line(&width.map_or_else(|| line.clone(), |width| table::cut(line, width)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    #[test]
    fn the_first_rows_of_each_sheet_are_read_as_text() {
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        let mut workbook = Workbook::new();
        let tickets = workbook.add_worksheet().set_name("Tickets").unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        for row in 0..50 {
            tickets.write(row, 0, format!("ticket {row}")).unwrap();
            tickets.write(row, 2, f64::from(row) + 0.5).unwrap();
            let at = ExcelDateTime::from_ymd(2026, 10, 1).unwrap();
            tickets.write_with_format(row, 3, &at, &day).unwrap();
        }
        workbook.add_worksheet().set_name("Empty").unwrap();
        workbook.save(file.path()).unwrap();

        let sheets = read(file.path(), 2).unwrap();
        assert_eq!(sheets.len(), 2);
        assert_eq!(
            sheets[0].rows,
            [["ticket 0", "", "0.5", "2026-10-01"], ["ticket 1", "", "1.5", "2026-10-01"]]
        );
        assert_eq!(sheets[1], SheetPreview { sheet: "Empty".to_owned(), rows: vec![] });
    }

    #[test]
    fn what_is_no_workbook_is_an_error_that_names_the_file() {
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        let error = read(file.path(), 2).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
        assert!(matches!(read(Path::new("/nonexistent.xlsx"), 2), Err(Error::File { .. })));
    }
}
