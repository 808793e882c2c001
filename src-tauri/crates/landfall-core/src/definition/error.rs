//! Why a report definition is refused: which file, which line, what is wrong, and how to put it right.

use std::fmt;
use std::ops::Range;

/// Name of the file that describes the columns, parameters and summary.
pub const TOML_FILE: &str = "report.toml";

/// Name of the file that holds the query.
pub const SQL_FILE: &str = "report.sql";

/// A fault of a definition. It reads `report.toml, line 12: there is no key "tittle"`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct DefinitionError {
    /// [`TOML_FILE`] or [`SQL_FILE`], or the folder where the files themselves can't be read.
    pub file: String,
    /// Counted from 1; `None` where the fault is of the file as a whole.
    pub line: Option<usize>,
    /// Counted from 1 in characters, where it is known.
    pub column: Option<usize>,
    /// What is wrong, without a trailing period.
    pub reason: String,
    /// What the author of the definition can do.
    pub hint: String,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl DefinitionError {
    /// A fault of the whole of `file`.
    pub fn of_file(file: impl Into<String>, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, reason: reason.into(), hint: hint.into() }
    }

    /// A fault on one line of `file`, counted from 1.
    pub fn on_line(
        file: impl Into<String>,
        line: usize,
        reason: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { line: Some(line), ..Self::of_file(file, reason, hint) }
    }
}

/// The line of a byte offset in `text`, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// The place of the `character`th character (from 1, as PostgreSQL counts) in `text`: line and column from 1.
pub fn place_of_character(text: &str, character: usize) -> (usize, usize) {
    let mut line = 1;
    let mut column = 1;
    for letter in text.chars().take(character.saturating_sub(1)) {
        if letter == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}

pub(crate) fn toml_fault(
    text: &str,
    span: &Range<usize>,
    reason: impl Into<String>,
    hint: impl Into<String>,
) -> DefinitionError {
    DefinitionError::on_line(TOML_FILE, line_of(text, span.start), reason, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_file_line_and_reason() {
        let error = DefinitionError::on_line(TOML_FILE, 12, "there is no key \"tittle\"", "Write title.");
        assert_eq!(error.to_string(), "report.toml, line 12: there is no key \"tittle\"");
    }

    #[test]
    fn places_are_counted_in_characters_as_postgresql_does() {
        assert_eq!(place_of_character("SELECT 'é',\n  nope", 15), (2, 3));
        assert_eq!(place_of_character("", 1), (1, 1));
    }
}
