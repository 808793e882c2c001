//! The sheets of rows: header, cells, widths, filter, and a further sheet where one is full.

use std::borrow::Cow;

use landfall_core::definition::{Column, ColumnFormat, sheet_name_of_part};
use rust_xlsxwriter::{Color, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError};

use super::value::{Value, WireType};

/// Rows of data that a sheet holds under its header (Excel: 1,048,576 rows).
const ROWS_OF_A_SHEET: u32 = 1_048_575;

/// UTF-16 units that a cell holds (Excel's limit).
const CELL_UNITS: usize = 32_767;

/// Stands at the end of a text that was cut.
pub(crate) const CUT_MARK: &str = "… [cut]";

/// Rows whose texts decide the width of a column that has none in its definition.
const ROWS_THAT_DECIDE_WIDTH: u64 = 1_000;
const NARROWEST: usize = 8;
const WIDEST: usize = 60;

struct SheetColumn {
    title: String,
    width: Option<f64>,
    /// The longest text of the first rows, in characters.
    longest: usize,
    /// Characters of a day or time in the column's format.
    shown_day: usize,
    format: Option<Format>,
    /// Whether this sheet has numbers that are written as text here.
    long_numbers: bool,
}

/// Rows on their way into the workbook. Nothing but the row at hand is kept in memory.
pub(crate) struct Sheets {
    workbook: Workbook,
    sheet: Worksheet,
    name: String,
    part: usize,
    /// Rows on the current sheet.
    on_sheet: u32,
    rows: u64,
    columns: Vec<SheetColumn>,
    header: Format,
    right: Format,
    /// Texts that were longer than a cell.
    cut: u64,
}

/// What is known once all rows are written.
pub(crate) struct Filled {
    pub(crate) workbook: Workbook,
    pub(crate) rows: u64,
    pub(crate) cut: u64,
    pub(crate) sheets: usize,
}

impl Sheets {
    /// `columns` with the type that the query returns for each; `zone` is named in the headers of instants.
    /// The workbook knows already where its temporary files go.
    pub(crate) fn begin(
        mut workbook: Workbook,
        name: &str,
        columns: &[Column],
        types: &[WireType],
        zone: &str,
    ) -> Result<Self, XlsxError> {
        let columns: Vec<SheetColumn> = columns
            .iter()
            .zip(types)
            .map(|(column, wire_type)| {
                let title = match wire_type {
                    WireType::TimestampTz => format!("{} ({zone})", column.title),
                    _ => column.title.clone(),
                };
                SheetColumn {
                    longest: title.chars().count() + 3,
                    title,
                    width: column.width,
                    shown_day: column.format.number_format().map_or(0, str::len),
                    format: cell_format(&column.format),
                    long_numbers: false,
                }
            })
            .collect();
        let sheet = workbook.new_worksheet_with_constant_memory()?;
        let header = Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(0x001F_4E78))
            .set_align(FormatAlign::VerticalCenter);
        let mut sheets = Self {
            workbook,
            sheet,
            name: name.to_owned(),
            part: 1,
            on_sheet: 0,
            rows: 0,
            columns,
            header,
            right: Format::new().set_align(FormatAlign::Right),
            cut: 0,
        };
        sheets.open_sheet()?;
        Ok(sheets)
    }

    fn open_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_name(sheet_name_of_part(&self.name, self.part))?;
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_landscape().set_repeat_rows(0, 0)?;
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.long_numbers = false;
            if let Some(format) = &column.format {
                self.sheet.set_column_format(at as u16, format)?;
            }
            let (title, _) = fit(&column.title);
            self.sheet.write_string_with_format(0, at as u16, title, &self.header)?;
        }
        Ok(())
    }

    fn close_sheet(&mut self) -> Result<(), XlsxError> {
        for (at, column) in self.columns.iter().enumerate() {
            let at = at as u16;
            let width = column.width.unwrap_or(column.longest.clamp(NARROWEST, WIDEST) as f64 + 1.0);
            self.sheet.set_column_width(at, width)?;
            if column.long_numbers {
                self.sheet.ignore_error_range(1, at, self.on_sheet, at, IgnoreError::NumberStoredAsText)?;
            }
        }
        let last = self.columns.len().saturating_sub(1) as u16;
        self.sheet.autofilter(0, 0, self.on_sheet, last)?;
        Ok(())
    }

    /// Begins the next row; cells are then written from the left.
    pub(crate) fn begin_row(&mut self) -> Result<(), XlsxError> {
        if self.on_sheet == ROWS_OF_A_SHEET {
            self.close_sheet()?;
            let next = self.workbook.new_worksheet_with_constant_memory()?;
            self.workbook.push_worksheet(std::mem::replace(&mut self.sheet, next));
            self.part += 1;
            self.on_sheet = 0;
            self.open_sheet()?;
        }
        self.on_sheet += 1;
        self.rows += 1;
        Ok(())
    }

    /// Writes a cell of the current row. Text is always written as text, never as a formula or link.
    pub(crate) fn write(&mut self, at: usize, value: &Value<'_>) -> Result<(), XlsxError> {
        let row = self.on_sheet;
        let Some(column) = self.columns.get_mut(at) else { return Ok(()) };
        let at = at as u16;
        let decides = self.rows <= ROWS_THAT_DECIDE_WIDTH;
        match value {
            Value::Text(text) => {
                let (text, was_cut) = fit(text);
                self.cut += u64::from(was_cut);
                if decides {
                    column.longest = column.longest.max(text.chars().take(WIDEST).count());
                }
                self.sheet.write_string(row, at, text)?;
            }
            Value::Number(number) => {
                if decides {
                    // Two decimals, the separators of thousands and a sign.
                    let digits = (number.abs().max(1.0).log10() as usize).min(20);
                    column.longest = column.longest.max(digits + digits / 3 + 5);
                }
                self.sheet.write_number(row, at, *number)?;
            }
            Value::LongNumber(text) => {
                column.long_numbers = true;
                column.longest = column.longest.max(text.len());
                let (text, was_cut) = fit(text);
                self.cut += u64::from(was_cut);
                self.sheet.write_string_with_format(row, at, text, &self.right)?;
            }
            Value::Day(number) => {
                column.longest = column.longest.max(column.shown_day);
                self.sheet.write_number(row, at, *number)?;
            }
            Value::Boolean(value) => {
                self.sheet.write_boolean(row, at, *value)?;
            }
        }
        Ok(())
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the last sheet; the workbook has all sheets of rows then.
    pub(crate) fn finish(mut self) -> Result<Filled, XlsxError> {
        self.close_sheet()?;
        self.workbook.push_worksheet(self.sheet);
        Ok(Filled { workbook: self.workbook, rows: self.rows, cut: self.cut, sheets: self.part })
    }
}

fn cell_format(format: &ColumnFormat) -> Option<Format> {
    format.number_format().map(|pattern| Format::new().set_num_format(pattern))
}

/// The text as a cell holds it, and whether it had to be cut: at a character, with a mark.
pub(crate) fn fit(text: &str) -> (Cow<'_, str>, bool) {
    // A UTF-8 byte is at most one UTF-16 unit.
    if text.len() <= CELL_UNITS || text.encode_utf16().count() <= CELL_UNITS {
        return (Cow::Borrowed(text), false);
    }
    let room = CELL_UNITS - CUT_MARK.encode_utf16().count();
    let mut units = 0;
    let kept: String = text
        .chars()
        .take_while(|letter| {
            units += letter.len_utf16();
            units <= room
        })
        .collect();
    (Cow::Owned(kept + CUT_MARK), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_a_character_and_marked() {
        let exact = "a".repeat(CELL_UNITS);
        assert_eq!(fit(&exact), (Cow::Borrowed(exact.as_str()), false));
        let trains = "🚆".repeat(20_000);
        let (cut, was_cut) = fit(&trains);
        assert!(was_cut && cut.ends_with(CUT_MARK));
        assert!(cut.encode_utf16().count() <= CELL_UNITS);
        assert!(cut.trim_end_matches(CUT_MARK).chars().all(|letter| letter == '🚆'));
        let accents = "é".repeat(CELL_UNITS);
        assert_eq!(fit(&accents), (Cow::Borrowed(accents.as_str()), false));
    }
}
