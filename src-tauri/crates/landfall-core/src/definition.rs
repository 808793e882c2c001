//! A report definition: `report.toml` says what the workbook looks like, `report.sql` where its rows come from.
//!
//! [`Definition::parse`] finds every fault that can be found without a database. What only a database knows
//! (whether a column exists, of what type it is) is checked when the report runs.

mod error;
mod parsing;
mod reader;
mod sheet_name;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

pub use self::error::{DefinitionError, SQL_FILE, TOML_FILE, place_of_character};
pub use self::sheet_name::{sanitise_sheet_name, sheet_name_of_part};

/// The name of the definition that Landfall ships; a definition of the user's own can't take it.
pub const BUILT_IN: &str = "ticketing-report";

const BUILT_IN_TOML: &str = include_str!("definition/ticketing-report/report.toml");
const BUILT_IN_SQL: &str = include_str!("definition/ticketing-report/report.sql");

/// The name of the sheet with totals; no data sheet can take it.
pub const SUMMARY_SHEET: &str = "Summary";

/// A definition without a fault that can be seen on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub name: String,
    pub title: String,
    pub description: String,
    /// IANA name of the zone of its days and times, with the line where it stands.
    pub timezone: Option<(String, usize)>,
    /// Pattern of the workbook's name, see [`crate::names::workbook_name`].
    pub file_name: String,
    /// Name of the sheet that holds the rows.
    pub sheet: String,
    /// In the order in which they are bound: the first is `$3`.
    pub parameters: Vec<Parameter>,
    /// In the order of the sheet.
    pub columns: Vec<Column>,
    pub summary: Option<Summary>,
    pub sql: String,
    /// SHA-256 over both files, each after its length, in lower-case hexadecimal.
    pub hash: String,
}

/// A value that a run of the report is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub title: String,
    pub kind: ParameterKind,
    /// Without a default the value must be given.
    pub default: Option<String>,
    /// If not empty, the only values that may be given.
    pub allowed: Vec<String>,
    /// Line in `report.toml`.
    pub line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKind {
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
}

/// A column of the sheet and the column of the query it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name in the result of the query.
    pub name: String,
    /// The header.
    pub title: String,
    pub format: ColumnFormat,
    /// In characters; without it the first rows decide.
    pub width: Option<f64>,
    /// Line in `report.toml`.
    pub line: usize,
}

/// How a column shows its values. Values are never changed by it, except that `Text` writes them as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnFormat {
    Text,
    Integer,
    Decimal,
    Money,
    Percent,
    Date,
    DateTime,
    Time,
    Boolean,
    /// A number format in Excel's own notation (US), for numbers, dates and times.
    Custom(String),
}

impl ColumnFormat {
    /// The number format in US notation, as the file stores it; readers show it in their own locale.
    pub fn number_format(&self) -> Option<&str> {
        match self {
            Self::Text | Self::Boolean => None,
            Self::Integer => Some("0"),
            Self::Decimal | Self::Money => Some("#,##0.00"),
            Self::Percent => Some("0.00%"),
            Self::Date => Some("yyyy-mm-dd"),
            Self::DateTime => Some("yyyy-mm-dd hh:mm"),
            Self::Time => Some("hh:mm:ss"),
            Self::Custom(format) => Some(format),
        }
    }
}

/// What the Summary sheet adds up. All column names are names of [`Column`]s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What a row is called where rows are counted: `Tickets`.
    pub rows: String,
    /// The column with the currency; amounts of different currencies are never added.
    pub currency: Option<String>,
    /// The column with the state; states that are not revenue are rows of their own.
    pub state: Option<String>,
    /// The states that are revenue.
    pub revenue: Vec<String>,
    /// The amount of a row is the sum of these columns …
    pub plus: Vec<String>,
    /// … less these; no value counts as 0.
    pub minus: Vec<String>,
    /// The column whose day, in the report's zone, a row is counted on.
    pub day: Option<String>,
    /// Columns with a table each.
    pub by: Vec<String>,
    pub charts: Vec<Chart>,
}

/// A chart of the revenue, one series per currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    pub kind: ChartKind,
    /// The day column or one of [`Summary::by`].
    pub by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    Line,
    Column,
    Bar,
}

/// Why the values given for the parameters can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    #[error("the report has no parameter \"{name}\"")]
    Unknown { name: String, known: String },
    #[error("the report needs a value for \"{name}\"")]
    Missing { name: String },
    #[error("\"{value}\" is not {wanted}, as \"{name}\" needs")]
    Malformed { name: String, value: String, wanted: &'static str },
    #[error("\"{value}\" is not one of the values of \"{name}\"")]
    NotAllowed { name: String, value: String, allowed: String },
}

impl ParameterError {
    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => "Leave --param out.".to_owned(),
            Self::Unknown { known, .. } => format!("Its parameters are {known}."),
            Self::Missing { name } => format!("Add --param {name}=VALUE."),
            Self::Malformed { name, wanted, .. } => format!("Give {wanted}: --param {name}=VALUE."),
            Self::NotAllowed { allowed, .. } => format!("Choose one of {allowed}."),
        }
    }
}

impl Definition {
    /// The definition that Landfall ships.
    pub fn built_in() -> Result<Self, DefinitionError> {
        Self::parse(BUILT_IN_TOML, BUILT_IN_SQL)
    }

    /// The two files of the definition that Landfall ships, `report.toml` and `report.sql`.
    pub fn built_in_files() -> (&'static str, &'static str) {
        (BUILT_IN_TOML, BUILT_IN_SQL)
    }

    /// Reads a definition from the text of its two files.
    pub fn parse(toml: &str, sql: &str) -> Result<Self, DefinitionError> {
        parsing::parse(toml, sql)
    }

    /// The values to bind, in order, from what was given and the defaults. The map holds what the run's records
    /// should say: every parameter with its value.
    pub fn bind(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<(Vec<String>, BTreeMap<String, String>), ParameterError> {
        if let Some(name) = given.keys().find(|name| self.parameters.iter().all(|known| known.name != **name))
        {
            let known: Vec<&str> = self.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            return Err(ParameterError::Unknown { name: name.clone(), known: known.join(", ") });
        }
        let mut values = Vec::with_capacity(self.parameters.len());
        let mut record = BTreeMap::new();
        for parameter in &self.parameters {
            let value = given
                .get(&parameter.name)
                .or(parameter.default.as_ref())
                .ok_or_else(|| ParameterError::Missing { name: parameter.name.clone() })?;
            parameter.check(value)?;
            values.push(value.clone());
            record.insert(parameter.name.clone(), value.clone());
        }
        Ok((values, record))
    }
}

impl Parameter {
    /// Whether `value` can be bound.
    pub fn check(&self, value: &str) -> Result<(), ParameterError> {
        if !self.kind.accepts(value) {
            return Err(ParameterError::Malformed {
                name: self.name.clone(),
                value: value.to_owned(),
                wanted: self.kind.wanted(),
            });
        }
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed == value) {
            return Err(ParameterError::NotAllowed {
                name: self.name.clone(),
                value: value.to_owned(),
                allowed: self.allowed.join(", "),
            });
        }
        Ok(())
    }
}

impl ParameterKind {
    fn wanted(self) -> &'static str {
        match self {
            Self::Text => "text without control characters",
            Self::Integer => "a whole number",
            Self::Decimal => "a decimal number such as 12.50",
            Self::Date => "a date such as 2025-01-31",
            Self::Boolean => "true or false",
        }
    }

    fn accepts(self, value: &str) -> bool {
        match self {
            Self::Text => !value.contains('\0'),
            Self::Integer => value.parse::<i64>().is_ok(),
            Self::Decimal => is_decimal(value),
            Self::Date => crate::period::parse_date(value).is_ok(),
            Self::Boolean => matches!(value, "true" | "false"),
        }
    }
}

fn is_decimal(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.len() <= 100 && all_digits(whole) && all_digits(fraction)
}

/// SHA-256 over both files, each after its length, so that no text can move from one to the other unseen.
fn hash_of(toml: &str, sql: &str) -> String {
    let mut hash = Sha256::new();
    for file in [toml, sql] {
        hash.update((file.len() as u64).to_be_bytes());
        hash.update(file.as_bytes());
    }
    hex::encode(hash.finalize())
}
