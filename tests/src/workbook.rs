//! Workbooks read back by two readers that share no code with the writer: calamine, and openpyxl in Python.

mod openpyxl;

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

pub use calamine;
pub use openpyxl::{Cell, Chart, Reading, SheetReading};

/// All cells of all sheets, as calamine reads them.
#[derive(Debug)]
pub struct Workbook {
    sheets: Vec<Sheet>,
}

/// One sheet; a row starts at column A and is as long as the longest.
#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub rows: Vec<Vec<Data>>,
}

impl Workbook {
    /// Reads the file whole.
    ///
    /// # Panics
    /// When it is not a workbook.
    pub fn read(path: &Path) -> Self {
        let mut workbook: Xlsx<_> =
            open_workbook(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let sheets = workbook
            .sheet_names()
            .iter()
            .map(|name| {
                let range = workbook.worksheet_range(name).expect("its sheets can be read");
                // From A1 on, as a range of calamine's starts at the first cell used; an empty one has no end.
                let rows =
                    range.end().map(|end| range.range((0, 0), end).rows().map(<[Data]>::to_vec).collect());
                Sheet { name: name.clone(), rows: rows.unwrap_or_default() }
            })
            .collect();
        Self { sheets }
    }

    pub fn sheet_names(&self) -> Vec<&str> {
        self.sheets.iter().map(|sheet| sheet.name.as_str()).collect()
    }

    /// # Panics
    /// When there is none of that name; the text lists those there are.
    pub fn sheet(&self, name: &str) -> &Sheet {
        let found = self.sheets.iter().find(|sheet| sheet.name == name);
        found.unwrap_or_else(|| panic!("no sheet {name:?} among {:?}", self.sheet_names()))
    }
}

impl Sheet {
    /// The cell by its row and column from 0; [`Data::Empty`] outside.
    pub fn cell(&self, row: usize, column: usize) -> &Data {
        self.rows.get(row).and_then(|cells| cells.get(column)).unwrap_or(&Data::Empty)
    }
}
