//! The first rows of one sheet.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::error::Error;
use crate::format::{self, NumberFormat};
use crate::summary::Gathered;
use crate::{PREVIEW_COLUMNS, SheetPreview};

pub(crate) type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// A sheet that is shown, and whether it can have cells.
pub(crate) struct Shown {
    name: String,
    has_cells: bool,
}

impl PartialEq<&str> for Shown {
    fn eq(&self, name: &&str) -> bool {
        self.name == *name
    }
}

/// Opens the archive in memory; `oversized` is the part that is to blame if it can't be read.
pub(crate) fn open(archive: Vec<u8>, oversized: Option<&str>) -> Result<Workbook, Error> {
    Xlsx::new(Cursor::new(archive)).map_err(|source| match oversized {
        Some(part) => Error::Oversized { part: part.to_owned() },
        None => Error::read(source),
    })
}

/// The sheets that a spreadsheet program shows.
pub(crate) fn shown(workbook: &Workbook) -> Vec<Shown> {
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    visible
        .map(|sheet| Shown { name: sheet.name.clone(), has_cells: sheet.typ == SheetType::WorkSheet })
        .collect()
}

/// Reads the first `rows` rows; with `gathered`, all of what was unpacked, for the chart's cells.
pub(crate) fn read(
    workbook: &mut Workbook,
    sheet: &Shown,
    rows: usize,
    mut gathered: Option<&mut Gathered>,
) -> Result<SheetPreview, Error> {
    let name = format::cut(&sheet.name);
    let empty = |name, data_rows| SheetPreview { name, rows: Vec::new(), data_rows, numeric: Vec::new() };
    if !sheet.has_cells {
        return Ok(empty(name, Some(0)));
    }
    let mut reader = match workbook.worksheet_cells_reader(&sheet.name) {
        // A sheet of another kind that says it is one of cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(empty(name, Some(0))),
        // One that wasn't unpacked any more.
        Err(XlsxError::WorksheetNotFound(_)) => return Ok(empty(name, None)),
        other => other.map_err(Error::read)?,
    };
    let mut formats: HashMap<usize, NumberFormat> = HashMap::new();
    let mut grid = Grid::default();
    let mut extent = Extent { claimed: u64::from(reader.dimensions().end.0) + 1, ..Extent::default() };
    loop {
        let (cell, style) = match reader.next_cell_with_style_id() {
            Ok(Some(cell)) => cell,
            Ok(None) => {
                extent.complete = true;
                break;
            }
            // The sheet was cut before its end.
            Err(XlsxError::XmlEof(_)) => break,
            Err(XlsxError::Xml(_)) if extent.seen > 0 => break,
            Err(other) => return Err(Error::read(other)),
        };
        let (row, column) = (cell.get_position().0 as usize, cell.get_position().1 as usize);
        extent.seen = extent.seen.max(row as u64 + 1);
        let format = *formats.entry(style).or_insert_with(|| {
            let number_format = reader.styles().get(style).and_then(|style| style.number_format.as_ref());
            number_format.map_or_else(NumberFormat::default, |format| NumberFormat::of(&format.format_code))
        });
        if let Some(gathered) = gathered.as_deref_mut() {
            gathered.see(row, column, cell.get_value(), format);
        } else if row >= rows {
            break;
        }
        if row < rows && column < PREVIEW_COLUMNS {
            grid.put(
                row,
                column,
                format::text(cell.get_value(), format),
                format::is_number(cell.get_value()),
            );
        }
    }
    let (rows, numeric) = grid.into_rows();
    Ok(SheetPreview { name, rows, data_rows: extent.data_rows(), numeric })
}

/// How many rows there are, as far as that is known.
#[derive(Debug, Default)]
struct Extent {
    /// Rows by the dimension at the top of the sheet, which a writer may leave out or put as one cell.
    claimed: u64,
    /// The last row that had a cell.
    seen: u64,
    /// Whether all of the sheet was read.
    complete: bool,
}

impl Extent {
    /// Rows without the header.
    fn data_rows(&self) -> Option<u64> {
        let rows = if self.complete { self.seen } else { self.claimed };
        (rows >= self.seen).then(|| rows.saturating_sub(1))
    }
}

/// Rows as they fill.
#[derive(Debug, Default)]
struct Grid {
    rows: Vec<Vec<String>>,
    /// For each column: numbers and other texts under the header.
    kinds: Vec<(usize, usize)>,
}

impl Grid {
    fn put(&mut self, row: usize, column: usize, text: String, is_number: bool) {
        if text.is_empty() {
            return;
        }
        self.rows.resize_with(self.rows.len().max(row + 1), Vec::new);
        let cells = &mut self.rows[row];
        cells.resize_with(cells.len().max(column + 1), String::new);
        cells[column] = text;
        self.kinds.resize(self.kinds.len().max(column + 1), (0, 0));
        if row > 0 {
            let (numbers, others) = &mut self.kinds[column];
            *(if is_number { numbers } else { others }) += 1;
        }
    }

    /// The rows, equally long, and which columns are mostly numbers.
    fn into_rows(mut self) -> (Vec<Vec<String>>, Vec<bool>) {
        for row in &mut self.rows {
            row.resize_with(self.kinds.len(), String::new);
        }
        (self.rows, self.kinds.iter().map(|(numbers, others)| numbers > others).collect())
    }
}
