//! From the text of `report.toml` and `report.sql` to a [`Definition`], or to the first fault.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::error::{SQL_FILE, TOML_FILE, toml_fault};
use super::reader::{Located, Table, nearest};
use super::statement::scan;
use super::{
    Chart, ChartKind, Column, ColumnFormat, Definition, DefinitionError, Parameter, ParameterKind, Summary,
    hash_of, sanitise_sheet_name,
};
use crate::names;

/// More than a person writes; enough to refuse a file that is something else.
const LARGEST_FILE_BYTES: usize = 1 << 20;

/// Columns of a sheet (Excel's limit).
const MOST_COLUMNS: usize = 16_384;

const ROOT_KEYS: [&str; 9] =
    ["name", "title", "description", "timezone", "file_name", "sheet", "parameter", "column", "summary"];
const PARAMETER_KEYS: [&str; 5] = ["name", "title", "type", "default", "allowed"];
const COLUMN_KEYS: [&str; 4] = ["name", "title", "format", "width"];
const SUMMARY_KEYS: [&str; 9] =
    ["rows", "currency", "state", "revenue", "plus", "minus", "day", "by", "chart"];
const CHART_KEYS: [&str; 3] = ["title", "kind", "by"];

const FORMATS: [(&str, ColumnFormat); 9] = [
    ("text", ColumnFormat::Text),
    ("integer", ColumnFormat::Integer),
    ("decimal", ColumnFormat::Decimal),
    ("money", ColumnFormat::Money),
    ("percent", ColumnFormat::Percent),
    ("date", ColumnFormat::Date),
    ("datetime", ColumnFormat::DateTime),
    ("time", ColumnFormat::Time),
    ("boolean", ColumnFormat::Boolean),
];
const KINDS: [(&str, ParameterKind); 5] = [
    ("text", ParameterKind::Text),
    ("integer", ParameterKind::Integer),
    ("decimal", ParameterKind::Decimal),
    ("date", ParameterKind::Date),
    ("boolean", ParameterKind::Boolean),
];
const CHART_KINDS: [(&str, ChartKind); 3] =
    [("line", ChartKind::Line), ("column", ChartKind::Column), ("bar", ChartKind::Bar)];

pub(super) fn parse(toml: &str, sql: &str) -> Result<Definition, DefinitionError> {
    for (file, text) in [(TOML_FILE, toml), (SQL_FILE, sql)] {
        if text.len() > LARGEST_FILE_BYTES {
            return Err(DefinitionError::of_file(
                file,
                "the file is larger than 1 MiB",
                "Definitions are short; check that it is the right file.",
            ));
        }
    }
    let root = DeTable::parse(toml).map_err(|error| {
        let span = error.span().unwrap_or_default();
        toml_fault(
            toml,
            &span,
            error.message().trim_end_matches('.').replace('\n', "; "),
            "Correct the TOML on that line.",
        )
    })?;
    let table = Table::open(toml, root.get_ref(), "report.toml", 0..0, &ROOT_KEYS)?;

    let name = table.needed_text("name", "\"monthly-sales\"")?;
    if !names::is_definition_name(&name.value) {
        return Err(name.fault(
            format!("\"{}\" can't be the name of a report", name.value),
            "Use up to 40 lower-case letters, digits and hyphens, with a letter or digit at each end.",
        ));
    }
    let title = table.needed_text("title", "\"Monthly sales\"")?.value;
    let sheet = match table.text("sheet")? {
        Some(sheet) if sanitise_sheet_name(&sheet.value) != sheet.value => {
            return Err(sheet.fault(
                format!("\"{}\" can't be the name of a sheet", sheet.value),
                format!("Excel would accept \"{}\".", sanitise_sheet_name(&sheet.value)),
            ));
        }
        Some(sheet) => sheet.value,
        None => sanitise_sheet_name(&title),
    };
    let parameters = parameters(&table)?;
    let columns = columns(&table)?;
    let summary = summary(&table, &columns)?;
    check_statement(sql, &parameters)?;

    Ok(Definition {
        name: name.value,
        title,
        description: table.text("description")?.map(|text| text.value).unwrap_or_default(),
        timezone: table.text("timezone")?.map(|zone| (zone.value, zone.line)),
        file_name: file_name(&table)?,
        sheet,
        parameters,
        columns,
        summary,
        sql: sql.to_owned(),
        hash: hash_of(toml, sql),
    })
}

fn file_name(table: &Table<'_>) -> Result<String, DefinitionError> {
    let Some(pattern) = table.text("file_name")? else { return Ok(names::DEFAULT_PATTERN.to_owned()) };
    if !pattern.value.contains("{run}") {
        return Err(pattern
            .fault("file_name does not contain {run}", "With {run} no two runs ever have the same name."));
    }
    let fixed = ["{definition}", "{from}", "{to}", "{run}"]
        .iter()
        .fold(pattern.value.clone(), |rest, word| rest.replace(word, "x"));
    let safe = fixed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !safe || fixed.starts_with('.') || fixed.contains("..") || fixed.len() > 100 {
        return Err(pattern.fault("file_name is not safe on every computer",
            "Use up to 100 letters, digits, - _ . and the words {definition}, {from}, {to}, {run}; .xlsx is added.",
        ));
    }
    Ok(pattern.value)
}

fn parameters(root: &Table<'_>) -> Result<Vec<Parameter>, DefinitionError> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for table in root.tables("parameter", "[[parameter]]", &PARAMETER_KEYS)? {
        let name = table.needed_text("name", "\"currency\"")?;
        let is_word =
            name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !is_word || !seen.insert(name.value.clone()) {
            return Err(name.fault(
                format!("\"{}\" can't be the name of this parameter", name.value),
                "Each parameter has a name of its own, of letters, digits, - and _.",
            ));
        }
        let kind = match table.text("type")? {
            Some(word) => choose("type", &word, &KINDS)?,
            None => ParameterKind::Text,
        };
        let default = table.text("default")?;
        let allowed = table.texts("allowed")?;
        let mut parameter = Parameter {
            title: table.text("title")?.map_or_else(|| name.value.clone(), |title| title.value),
            name: name.value,
            kind,
            default: default.as_ref().map(|text| text.value.clone()),
            allowed: Vec::new(),
            line: table.line(),
        };
        for value in &allowed {
            parameter.check(&value.value).map_err(|error| value.fault(error.to_string(), error.hint()))?;
        }
        parameter.allowed = allowed.into_iter().map(|value| value.value).collect();
        if let Some(value) = &default {
            parameter.check(&value.value).map_err(|error| value.fault(error.to_string(), error.hint()))?;
        }
        all.push(parameter);
    }
    Ok(all)
}

fn columns(root: &Table<'_>) -> Result<Vec<Column>, DefinitionError> {
    let mut all: Vec<Column> = Vec::new();
    for table in root.tables("column", "[[column]]", &COLUMN_KEYS)? {
        let name = table.needed_text("name", "\"ticket_id\"")?;
        if let Some(first) = all.iter().find(|column| column.name == name.value) {
            return Err(name.fault(
                format!("the column \"{}\" stands here a second time", name.value),
                format!("It is described on line {} already.", first.line),
            ));
        }
        let format = match table.text("format")? {
            // A word of letters is meant as one of ours; anything else is Excel's own notation.
            Some(word) if word.value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') => {
                choose("format", &word, &FORMATS)?
            }
            Some(format) if format.value.len() > 255 => {
                return Err(format.fault("the number format is longer than 255 bytes", "Shorten it."));
            }
            Some(format) => ColumnFormat::Custom(format.value),
            None => ColumnFormat::Text,
        };
        all.push(Column {
            title: table.text("title")?.map_or_else(|| name.value.clone(), |title| title.value),
            name: name.value,
            format,
            width: table.width("width")?,
            line: table.line(),
        });
    }
    if all.is_empty() {
        return Err(root.lacks("[[column]]", "a line [[column]] and under it name = \"ticket_id\""));
    }
    if all.len() > MOST_COLUMNS {
        return Err(DefinitionError::of_file(
            TOML_FILE,
            format!("{} columns are more than a sheet has", all.len()),
            format!("A sheet has {MOST_COLUMNS} columns."),
        ));
    }
    Ok(all)
}

fn summary(root: &Table<'_>, columns: &[Column]) -> Result<Option<Summary>, DefinitionError> {
    let Some(table) = root.table("summary", "[summary]", &SUMMARY_KEYS)? else { return Ok(None) };
    let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let is_column = |name: Located<String>| {
        if known.contains(&name.value.as_str()) {
            return Ok(name.value);
        }
        let hint = match nearest(&name.value, &known) {
            Some(near) => format!("Did you mean {near}?"),
            None => format!("The columns are {}.", known.join(", ")),
        };
        Err(name.fault(format!("[summary] names \"{}\", which is not a column", name.value), hint))
    };
    let column = |key: &str| table.text(key)?.map(&is_column).transpose();
    let list = |key: &str| table.texts(key)?.into_iter().map(&is_column).collect::<Result<Vec<_>, _>>();

    let state = column("state")?;
    let revenue: Vec<String> = table.texts("revenue")?.into_iter().map(|word| word.value).collect();
    if state.is_some() == revenue.is_empty() {
        return Err(table.lacks(
            if revenue.is_empty() { "revenue" } else { "state" },
            if revenue.is_empty() { "[\"confirmed\"]" } else { "\"status\"" },
        ));
    }
    let plus = list("plus")?;
    let minus = list("minus")?;
    if plus.is_empty() {
        return Err(table.lacks("plus", "[\"fare\", \"tax\"]"));
    }
    let day = column("day")?;
    let by = list("by")?;
    let mut charts = Vec::new();
    for chart in table.tables("chart", "[[summary.chart]]", &CHART_KEYS)? {
        let of = chart.needed_text("by", "\"channel\"")?;
        if day.as_ref() != Some(&of.value) && !by.contains(&of.value) {
            return Err(of.fault(
                format!("the chart is by \"{}\", for which [summary] has no table", of.value),
                "Name the column of day, or one of by.",
            ));
        }
        let kind = match chart.text("kind")? {
            Some(word) => choose("kind", &word, &CHART_KINDS)?,
            None => ChartKind::Column,
        };
        charts.push(Chart {
            title: chart.needed_text("title", "\"Revenue by channel\"")?.value,
            kind,
            by: of.value,
        });
    }
    let rows = table.text("rows")?.map_or_else(|| "Rows".to_owned(), |text| text.value);
    Ok(Some(Summary { rows, currency: column("currency")?, state, revenue, plus, minus, day, by, charts }))
}

fn choose<T: Clone>(key: &str, word: &Located<String>, choices: &[(&str, T)]) -> Result<T, DefinitionError> {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    match choices.iter().find(|(name, _)| *name == word.value) {
        Some((_, value)) => Ok(value.clone()),
        None => Err(word.fault(
            format!("there is no {key} \"{}\"", word.value),
            match nearest(&word.value, &names) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("Choose one of {}.", names.join(", ")),
            },
        )),
    }
}

fn check_statement(sql: &str, parameters: &[Parameter]) -> Result<(), DefinitionError> {
    let found = scan(sql);
    let on_line =
        |line, reason: String, hint: &str| Err(DefinitionError::on_line(SQL_FILE, line, reason, hint));
    if sql.contains('\0') {
        return Err(DefinitionError::of_file(
            SQL_FILE,
            "the file holds a zero byte",
            "Save it as plain UTF-8 text.",
        ));
    }
    if let Some((what, line)) = found.unclosed {
        return on_line(line, format!("a {what} begins here and never ends"), "Close it.");
    }
    let Some((word, line)) = found.first_word else {
        return Err(DefinitionError::of_file(SQL_FILE, "there is no query in the file", "Write a SELECT."));
    };
    if !matches!(word.as_str(), "select" | "with" | "values" | "table") {
        return on_line(
            line,
            format!("\"{word}\" does not begin a query"),
            "A report is one SELECT (WITH … SELECT is fine).",
        );
    }
    if let Some(line) = found.second_begins {
        return on_line(
            line,
            "a second statement begins here".to_owned(),
            "A report is one query; remove what follows the semicolon.",
        );
    }
    for (number, meaning) in [(1, "the beginning"), (2, "the end")] {
        if !found.parameters.contains_key(&number) {
            return Err(DefinitionError::of_file(
                SQL_FILE,
                format!("the query does not use ${number}, {meaning} of the period"),
                "Write for example: WHERE created_at >= $1 AND created_at < $2",
            ));
        }
    }
    let last = parameters.len() as u32 + 2;
    if let Some((number, line)) = found.parameters.iter().find(|(number, _)| **number > last || **number == 0)
    {
        return on_line(
            *line,
            format!("${number} has no [[parameter]]"),
            &format!(
                "$1 and $2 are the period, the first [[parameter]] is $3; the last one here is ${last}."
            ),
        );
    }
    for (index, parameter) in parameters.iter().enumerate() {
        let number = index as u32 + 3;
        if !found.parameters.contains_key(&number) {
            return Err(DefinitionError::on_line(
                TOML_FILE,
                parameter.line,
                format!("the query does not use the parameter \"{}\", ${number}", parameter.name),
                format!("Use ${number} in report.sql, or remove the [[parameter]]."),
            ));
        }
    }
    Ok(())
}
