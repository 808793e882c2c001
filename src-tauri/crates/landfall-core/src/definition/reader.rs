//! Reading one table of `report.toml` key by key, so that every fault can name its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{DefinitionError, line_of, toml_fault};

/// A value with the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// One table; `place` names it in messages: `[summary]`.
pub(super) struct Table<'t> {
    text: &'t str,
    entries: &'t DeTable<'t>,
    place: &'static str,
    span: Range<usize>,
}

impl<'t> Table<'t> {
    /// Takes a table of which only the keys in `known` may be used.
    pub(super) fn open(
        text: &'t str,
        entries: &'t DeTable<'t>,
        place: &'static str,
        span: Range<usize>,
        known: &[&str],
    ) -> Result<Self, DefinitionError> {
        for key in entries.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let hint = match nearest(name, known) {
                    Some(near) => format!("Did you mean {near}?"),
                    None => format!("The keys of {place} are {}.", known.join(", ")),
                };
                return Err(toml_fault(
                    text,
                    &key.span(),
                    format!("there is no key \"{name}\" in {place}"),
                    hint,
                ));
            }
        }
        Ok(Self { text, entries, place, span })
    }

    pub(super) fn line(&self) -> usize {
        line_of(self.text, self.span.start)
    }

    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.entries.get(key)
    }

    fn wrong_type(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
        example: &str,
    ) -> DefinitionError {
        let found = value.get_ref().type_str();
        toml_fault(
            self.text,
            &value.span(),
            format!("{key} must be {wanted}, not {found}"),
            format!("Write for example: {key} = {example}"),
        )
    }

    /// A fault of the table itself: something that is missing in it.
    pub(super) fn lacks(&self, key: &str, example: &str) -> DefinitionError {
        toml_fault(
            self.text,
            &self.span,
            format!("{} has no {key}", self.place),
            format!("Add for example: {key} = {example}"),
        )
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<Located<String>>, DefinitionError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let Some(text) = value.get_ref().as_str() else {
            return Err(self.wrong_type(key, value, "text", "\"text\""));
        };
        if text.trim().is_empty() && key != "default" {
            return Err(toml_fault(
                self.text,
                &value.span(),
                format!("{key} is empty"),
                format!("Write something, or leave {key} out."),
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(toml_fault(
                self.text,
                &value.span(),
                format!("{key} holds a control character"),
                "Write it on one line, without tabs.",
            ));
        }
        Ok(Some(Located { value: text.to_owned(), line: line_of(self.text, value.span().start) }))
    }

    pub(super) fn needed_text(&self, key: &str, example: &str) -> Result<Located<String>, DefinitionError> {
        self.text(key)?.ok_or_else(|| self.lacks(key, example))
    }

    /// A number of characters, from 1 to 255 (the widest column of Excel).
    pub(super) fn width(&self, key: &str) -> Result<Option<f64>, DefinitionError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => return Err(self.wrong_type(key, value, "a number", "12")),
        };
        match number {
            Some(number) if (1.0..=255.0).contains(&number) => Ok(Some(number)),
            _ => Err(toml_fault(
                self.text,
                &value.span(),
                format!("{key} is not between 1 and 255"),
                "A width is the number of characters that fit.",
            )),
        }
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<Located<String>>, DefinitionError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let wrong = |found: &Spanned<DeValue<'_>>| {
            self.wrong_type(key, found, "a list of text", "[\"one\", \"two\"]")
        };
        let items = value.get_ref().as_array().ok_or_else(|| wrong(value))?;
        items
            .iter()
            .map(|item| {
                let text = item.get_ref().as_str().ok_or_else(|| wrong(item))?;
                Ok(Located { value: text.to_owned(), line: line_of(self.text, item.span().start) })
            })
            .collect()
    }

    pub(super) fn table(
        &self,
        key: &str,
        place: &'static str,
        known: &[&str],
    ) -> Result<Option<Table<'t>>, DefinitionError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let entries = value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong_type(key, value, "a table", &format!("… under a line {place}")))?;
        Table::open(self.text, entries, place, value.span(), known).map(Some)
    }

    /// The tables of `[[key]]`, in their order.
    pub(super) fn tables(
        &self,
        key: &str,
        place: &'static str,
        known: &[&str],
    ) -> Result<Vec<Table<'t>>, DefinitionError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let wrong = |found: &Spanned<DeValue<'_>>| {
            self.wrong_type(key, found, "a list of tables", &format!("… under lines {place}"))
        };
        let items = value.get_ref().as_array().ok_or_else(|| wrong(value))?;
        items
            .iter()
            .map(|item| {
                let entries = item.get_ref().as_table().ok_or_else(|| wrong(item))?;
                Table::open(self.text, entries, place, item.span(), known)
            })
            .collect()
    }
}

impl<T> Located<T> {
    /// A fault of this value.
    pub(super) fn fault(&self, reason: impl Into<String>, hint: impl Into<String>) -> DefinitionError {
        DefinitionError::on_line(super::TOML_FILE, self.line, reason, hint)
    }
}

/// The word of `known` that was probably meant.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}
