#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use super::*;

const SQL: &str =
    "SELECT id, price, sold_at, state FROM sales\nWHERE sold_at >= $1 AND sold_at < $2 AND shop = $3";
const TOML: &str = r#"name = "shop-sales"
title = "Sales of a shop"
timezone = "Europe/Rome"
file_name = "sales-{from}-{run}"

[[parameter]]
name = "shop"
type = "integer"
default = "1"

[[column]]
name = "id"
format = "integer"

[[column]]
name = "price"
title = "Price"
format = "[$€-2] #,##0.00"
width = 12.5

[[column]]
name = "sold_at"
format = "datetime"

[[column]]
name = "state"

[summary]
plus = ["price"]
state = "state"
revenue = ["sold"]
day = "sold_at"
by = ["state"]

[[summary.chart]]
title = "Per day"
kind = "line"
by = "sold_at"
"#;

fn fault(toml: &str, sql: &str) -> DefinitionError {
    Definition::parse(toml, sql).unwrap_err()
}

/// The fault of the sample definition with one text replaced.
fn fault_of(from: &str, to: &str) -> DefinitionError {
    assert!(TOML.contains(from), "the sample has {from}");
    fault(&TOML.replacen(from, to, 1), SQL)
}

#[test]
fn the_built_in_definition_has_the_columns_of_the_contract() {
    let definition = Definition::built_in().unwrap();
    assert_eq!(definition.name, BUILT_IN);
    let names: Vec<&str> = definition.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names.len(), 20);
    for name in ["ticket_id", "currency", "route", "paid_by"] {
        assert!(names.contains(&name), "{name}");
    }
    let summary = definition.summary.unwrap();
    assert_eq!(
        (summary.plus, summary.minus),
        (vec!["fare".to_owned(), "tax".to_owned()], vec!["discount".to_owned()])
    );
    assert_eq!(summary.charts.len(), 3);
}

#[test]
fn a_definition_is_read_in_full() {
    let definition = Definition::parse(TOML, SQL).unwrap();
    assert_eq!(definition.timezone, Some(("Europe/Rome".to_owned(), 3)));
    assert_eq!(definition.sheet, "Sales of a shop");
    assert_eq!(definition.columns[1].format, ColumnFormat::Custom("[$€-2] #,##0.00".to_owned()));
    assert_eq!(definition.columns[1].width, Some(12.5));
    assert_eq!((definition.columns[0].title.as_str(), definition.columns[0].line), ("id", 11));
    assert_eq!(definition.parameters[0].kind, ParameterKind::Integer);
    assert_eq!(definition.summary.unwrap().charts[0].kind, ChartKind::Line);
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_the_nearest_word() {
    let error = fault_of("title = \"Price\"", "tittle = \"Price\"");
    assert_eq!(error.to_string(), "report.toml, line 17: there is no key \"tittle\" in [[column]]");
    assert_eq!(error.hint, "Did you mean title?");
    assert_eq!(fault_of("[summary]", "[summery]\n[summary]").hint, "Did you mean summary?");
}

#[test]
fn every_fault_names_its_line_and_a_remedy() {
    for (from, to, line, reason) in [
        ("name = \"shop-sales\"", "name = \"Shop Sales\"", 1, "can't be the name of a report"),
        ("name = \"shop-sales\"", "name = 3", 1, "name must be text, not integer"),
        ("name = \"shop-sales\"", "name = \"\"", 1, "name is empty"),
        ("title = \"Sales of a shop\"", "title = \"a\\tb\"", 2, "control character"),
        (
            "title = \"Sales of a shop\"",
            "title = \"a\"\nsheet = \"History\"",
            3,
            "can't be the name of a sheet",
        ),
        ("-{run}\"", "\"", 4, "does not contain {run}"),
        ("sales-{from}", "../sales-{from}", 4, "not safe"),
        ("sales-{from}", "sales {from}", 4, "not safe"),
        ("default = \"1\"", "default = \"one\"", 9, "is not a whole number"),
        ("default = \"1\"", "allowed = [\"2\", \"x\"]", 9, "is not a whole number"),
        ("default = \"1\"", "default = \"1\"\nallowed = [\"2\"]", 9, "is not one of the values"),
        ("type = \"integer\"", "type = \"number\"", 8, "there is no type \"number\""),
        ("format = \"integer\"", "format = \"intger\"", 13, "there is no format \"intger\""),
        ("width = 12.5", "width = 0", 19, "not between 1 and 255"),
        ("width = 12.5", "width = \"wide\"", 19, "width must be a number"),
        ("name = \"sold_at\"", "name = \"price\"", 22, "a second time"),
        ("plus = [\"price\"]", "plus = [\"prise\"]", 29, "which is not a column"),
        ("plus = [\"price\"]", "plus = \"price\"", 29, "must be a list of text"),
        ("plus = [\"price\"]", "minus = [\"price\"]", 28, "[summary] has no plus"),
        ("revenue = [\"sold\"]\n", "", 28, "[summary] has no revenue"),
        ("kind = \"line\"", "kind = \"pie\"", 37, "there is no kind \"pie\""),
        ("kind = \"line\"\nby = \"sold_at\"", "by = \"id\"", 37, "no table"),
        ("title = \"Per day\"", "title = \"unclosed", 36, ""),
    ] {
        let error = fault_of(from, to);
        assert_eq!((error.file.as_str(), error.line), (TOML_FILE, Some(line)), "{to}: {error}");
        assert!(error.reason.contains(reason), "{to}: {error}");
        assert!(!error.hint.is_empty() && !error.reason.ends_with('.'), "{to}: {error:?}");
    }
}

#[test]
fn a_query_that_can_not_be_one_is_refused() {
    for (sql, line, reason) in [
        ("", None, "no query"),
        ("-- later\n", None, "no query"),
        ("\nDELETE FROM sales", Some(2), "does not begin a query"),
        ("SELECT $1, $2, $3;\nSELECT 2", Some(2), "a second statement"),
        ("SELECT $1, $3", None, "does not use $2"),
        ("SELECT $1, $2, $3\n, $4", Some(2), "$4 has no [[parameter]]"),
        ("SELECT $1, $2, $3, 'a", Some(1), "never ends"),
        ("SELECT $1, $2, $3\0", None, "zero byte"),
    ] {
        let error = fault(TOML, sql);
        assert_eq!((error.file.as_str(), error.line), (SQL_FILE, line), "{sql}: {error}");
        assert!(error.reason.contains(reason), "{sql}: {error}");
    }
    let unused = fault(TOML, "SELECT $1, $2");
    assert_eq!((unused.file.as_str(), unused.line), (TOML_FILE, Some(6)));
}

#[test]
fn missing_parts_are_named() {
    assert!(fault("title = \"a\"", SQL).reason.contains("no name"));
    assert!(fault("name = \"a\"\ntitle = \"a\"", "SELECT $1, $2").reason.contains("no [[column]]"));
    assert!(fault(&"#".repeat(2 << 20), SQL).reason.contains("1 MiB"));
}

#[test]
fn parameters_are_bound_in_order_with_defaults() {
    let definition = Definition::parse(TOML, SQL).unwrap();
    let given = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(definition.bind(&given(&[])).unwrap().0, ["1"]);
    assert_eq!(definition.bind(&given(&[("shop", "7")])).unwrap().0, ["7"]);
    assert!(matches!(definition.bind(&given(&[("shop", "x")])), Err(ParameterError::Malformed { .. })));
    assert!(matches!(definition.bind(&given(&[("shep", "7")])), Err(ParameterError::Unknown { .. })));
}

#[test]
fn the_hash_covers_both_files_and_where_one_ends() {
    let hash = |toml: &str, sql: &str| hash_of(toml, sql);
    assert_eq!(Definition::parse(TOML, SQL).unwrap().hash, hash(TOML, SQL));
    assert_ne!(hash("ab", "c"), hash("a", "bc"));
    assert_eq!(hash("", "").len(), 64);
}
