//! The second reader: `tests/readers/read_workbook.py` in the tests' venv.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{cache, repository};

/// What openpyxl sees in a workbook: cells, and what calamine doesn't look at.
#[derive(Debug)]
pub struct Reading {
    pub sheets: Vec<SheetReading>,
    /// Title, creator, created.
    pub properties: Value,
}

/// One sheet.
#[derive(Debug)]
pub struct SheetReading {
    pub name: String,
    /// Such as `A1:R2001`.
    pub dimensions: String,
    /// The first cell that moves, such as `A2` for a frozen header.
    pub frozen: Option<String>,
    /// The range of the filter.
    pub filter: Option<String>,
    /// Widths in characters, by column letter; only those that were set.
    pub widths: BTreeMap<String, f64>,
    pub charts: Vec<Chart>,
    /// `None` is an empty cell. No rows at all when read without them.
    pub rows: Vec<Vec<Option<Cell>>>,
}

/// One cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// `text`, `number`, `date`, `boolean`, `error` or `formula`.
    pub kind: String,
    /// A date is ISO 8601 text.
    pub value: Value,
    /// The number format's code, such as `yyyy-mm-dd` or `General`.
    pub format: String,
}

/// One chart.
#[derive(Debug)]
pub struct Chart {
    /// openpyxl's class, such as `BarChart`.
    pub kind: String,
    pub title: Option<String>,
    /// The references of the values of each series.
    pub values: Vec<String>,
    /// The references of the categories of each series.
    pub categories: Vec<String>,
}

impl Reading {
    /// Reads everything; some seconds for a sheet of 80,000 rows.
    pub fn read(path: &Path) -> Self {
        Self::parse(&run(path, &[]))
    }

    /// Reads all but the cells.
    pub fn read_without_rows(path: &Path) -> Self {
        Self::parse(&run(path, &["--without-rows"]))
    }

    /// # Panics
    /// When there is none of that name.
    pub fn sheet(&self, name: &str) -> &SheetReading {
        let names = || self.sheets.iter().map(|sheet| &sheet.name).collect::<Vec<_>>();
        let found = self.sheets.iter().find(|sheet| sheet.name == name);
        found.unwrap_or_else(|| panic!("no sheet {name:?} among {:?}", names()))
    }

    fn parse(value: &Value) -> Self {
        Self {
            sheets: list(&value["sheets"]).iter().map(SheetReading::parse).collect(),
            properties: value["properties"].clone(),
        }
    }
}

impl SheetReading {
    fn parse(value: &Value) -> Self {
        let widths = value["widths"].as_object().expect("an object");
        Self {
            name: text(&value["name"]).expect("a name"),
            dimensions: text(&value["dimensions"]).unwrap_or_default(),
            frozen: text(&value["frozen"]),
            filter: text(&value["filter"]),
            widths: widths.iter().map(|(k, v)| (k.clone(), v.as_f64().expect("a number"))).collect(),
            charts: list(&value["charts"]).iter().map(Chart::parse).collect(),
            rows: list(&value["rows"])
                .iter()
                .map(|row| list(row).iter().map(Cell::parse).collect())
                .collect(),
        }
    }
}

impl Cell {
    fn parse(value: &Value) -> Option<Self> {
        let parts = value.as_array()?;
        Some(Self { kind: text(&parts[0])?, value: parts[1].clone(), format: text(&parts[2])? })
    }
}

impl Chart {
    fn parse(value: &Value) -> Self {
        let references =
            |field: &str| list(&value["series"]).iter().filter_map(|series| text(&series[field])).collect();
        Self {
            kind: text(&value["kind"]).expect("a kind"),
            title: text(&value["title"]),
            values: references("values"),
            categories: references("categories"),
        }
    }
}

fn run(path: &Path, options: &[&str]) -> Value {
    let reader = repository::file("tests/readers/read_workbook.py");
    let output = Command::new(python()).arg(reader).arg(path).args(options).output().expect("Python starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openpyxl on {}: {message}", path.display());
    serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
}

/// The venv's Python: `LANDFALL_TEST_PYTHON`, else the newest venv in the cache.
fn python() -> PathBuf {
    if let Some(chosen) = env::var_os("LANDFALL_TEST_PYTHON") {
        return PathBuf::from(chosen);
    }
    let mut venvs: Vec<_> = fs::read_dir(cache::folder())
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("venv-"))
        .filter(|entry| entry.path().join("complete").exists())
        .collect();
    venvs.sort_by_key(|entry| entry.metadata().and_then(|metadata| metadata.modified()).ok());
    let newest = venvs.pop().expect("the tests' venv is made by `cargo xtask test typos`");
    newest.path().join("bin/python3")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
