//! The query: one read-only transaction with one view of the data, and its columns checked against the definition.

use std::error::Error as StdError;

use bytes::BytesMut;
use jiff::Timestamp;
use landfall_core::definition::{
    Definition, DefinitionError, ParameterKind, SQL_FILE, TOML_FILE, place_of_character,
};
use tokio_postgres::error::{ErrorPosition, SqlState};
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, RowStream, Statement};

use super::ReportError;
use super::value::{Wire, WireType};

/// The tables that the product's own migrations make.
const OWN_TABLES: [&str; 7] =
    ["stations", "routes", "trips", "passengers", "bookings", "tickets", "payments"];

/// A parameter as text; the server reads it as the type it is declared with.
#[derive(Debug)]
struct TextValue(String);

impl ToSql for TextValue {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// The definition's query, prepared in a transaction and found to fit its columns.
pub(crate) struct Query<'q> {
    client: &'q Client,
    statement: Statement,
    values: Vec<TextValue>,
    /// For each column of the definition: where it stands in a row of the result, and its type.
    pub(crate) columns: Vec<(usize, WireType)>,
}

/// What the planner expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub(crate) rows: u64,
    pub(crate) row_bytes: u64,
}

/// Whose query it is decides what a missing table means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) built_in: bool,
    pub(crate) database: &'a str,
}

impl<'q> Query<'q> {
    /// Begins the transaction and prepares the query. `from` is included, `to` is not; `zone` is also the
    /// session's, so that days in the SQL are the report's.
    pub(crate) async fn prepare(
        client: &'q Client,
        definition: &Definition,
        author: Author<'_>,
        range: std::ops::Range<Timestamp>,
        zone: &str,
        parameters: &[String],
    ) -> Result<Self, ReportError> {
        // A server with older zone data may not know the zone; the range is given in instants, so that only
        // days that the SQL itself computes would differ, and those in UTC.
        let _ = client.execute("SELECT set_config('TimeZone', $1, false)", &[&zone]).await;
        client
            .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
            .map_err(ReportError::of_query)?;

        let kinds = definition.parameters.iter().map(|parameter| wire_kind(parameter.kind));
        let types: Vec<Type> = [Type::TIMESTAMPTZ, Type::TIMESTAMPTZ].into_iter().chain(kinds).collect();
        let statement = client
            .prepare_typed(&definition.sql, &types)
            .await
            .map_err(|error| explain_fault(error, definition, author))?;
        let columns = columns(definition, &statement)?;
        let values = [range.start.to_string(), range.end.to_string()]
            .into_iter()
            .chain(parameters.iter().cloned())
            .map(TextValue)
            .collect();
        Ok(Self { client, statement, values, columns })
    }

    /// The planner's guess. `None` where it can't be had; that is no fault of the report.
    pub(crate) async fn estimate(&self, definition: &Definition) -> Result<Option<Estimate>, ReportError> {
        let types = self.statement.params();
        self.client.batch_execute("SAVEPOINT estimate").await.map_err(ReportError::of_query)?;
        let explained = async {
            let explain = format!("EXPLAIN (FORMAT JSON) {}", definition.sql);
            let statement = self.client.prepare_typed(&explain, types).await?;
            self.client.query(&statement, &self.bound()).await
        }
        .await;
        let estimate = match explained {
            Ok(rows) => rows.first().and_then(|row| {
                let Wire(json) = row.try_get(0).ok()?;
                let plan: serde_json::Value = serde_json::from_slice(json).ok()?;
                let number = |name: &str| plan[0]["Plan"][name].as_f64().map(|number| number.max(0.0) as u64);
                Some(Estimate { rows: number("Plan Rows")?, row_bytes: number("Plan Width")? })
            }),
            Err(error) if error.code().is_none() => return Err(ReportError::of_query(error)),
            Err(_) => None,
        };
        self.client.batch_execute("ROLLBACK TO SAVEPOINT estimate").await.map_err(ReportError::of_query)?;
        Ok(estimate)
    }

    pub(crate) async fn rows(
        &self,
        definition: &Definition,
        author: Author<'_>,
    ) -> Result<RowStream, ReportError> {
        self.client
            .query_raw(&self.statement, self.bound())
            .await
            .map_err(|error| explain_fault(error, definition, author))
    }

    fn bound(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect()
    }
}

fn wire_kind(kind: ParameterKind) -> Type {
    match kind {
        ParameterKind::Text => Type::TEXT,
        ParameterKind::Integer => Type::INT8,
        ParameterKind::Decimal => Type::NUMERIC,
        ParameterKind::Date => Type::DATE,
        ParameterKind::Boolean => Type::BOOL,
    }
}

/// Compares what the query returns with what `report.toml` describes.
fn columns(
    definition: &Definition,
    statement: &Statement,
) -> Result<Vec<(usize, WireType)>, DefinitionError> {
    let returned: Vec<&str> = statement.columns().iter().map(tokio_postgres::Column::name).collect();
    for (at, name) in returned.iter().enumerate() {
        if returned[..at].contains(name) {
            return Err(DefinitionError::of_file(
                SQL_FILE,
                format!("the query returns two columns named \"{name}\""),
                "Give each a name of its own with AS.",
            ));
        }
        if definition.columns.iter().all(|column| column.name != *name) {
            return Err(DefinitionError::of_file(
                SQL_FILE,
                format!("the query returns a column \"{name}\" that report.toml does not describe"),
                format!("Add [[column]] with name = \"{name}\" to report.toml, or take it out of the query."),
            ));
        }
    }
    let columns = definition.columns.iter().map(|column| {
        let refused =
            |reason: String, hint: String| DefinitionError::on_line(TOML_FILE, column.line, reason, hint);
        let name = &column.name;
        let Some(at) = returned.iter().position(|returned| returned == name) else {
            return Err(refused(
                format!("the query returns no column \"{name}\""),
                format!("It returns {}.", returned.join(", ")),
            ));
        };
        let kind = statement.columns()[at].type_();
        let Some(wire_type) = WireType::of(kind) else {
            return Err(refused(
                format!("the column \"{name}\" is of type {}, which has no place in a cell", kind.name()),
                format!("Cast it in report.sql, for example to text: {name}::text AS {name}."),
            ));
        };
        if !wire_type.fits(&column.format) {
            return Err(refused(
                format!("the column \"{name}\" is of type {}, which its format can't show", kind.name()),
                "Choose a format that fits the type, or cast the column in report.sql.".to_owned(),
            ));
        }
        Ok((at, wire_type))
    });
    let columns: Vec<(usize, WireType)> = columns.collect::<Result<_, _>>()?;
    check_summary(definition, &columns)?;
    Ok(columns)
}

fn check_summary(definition: &Definition, types: &[(usize, WireType)]) -> Result<(), DefinitionError> {
    let Some(summary) = &definition.summary else { return Ok(()) };
    for (column, (_, wire_type)) in definition.columns.iter().zip(types) {
        let refused = |reason: String, hint: String| {
            Err(DefinitionError::on_line(TOML_FILE, column.line, reason, hint))
        };
        let name = &column.name;
        if (summary.plus.contains(name) || summary.minus.contains(name)) && !wire_type.is_exact_number() {
            return refused(
                format!("[summary] adds up \"{name}\", which is not an exact number"),
                format!("Cast it in report.sql: {name}::numeric AS {name}."),
            );
        }
        if summary.day.as_ref() == Some(name) && !wire_type.has_day() {
            return refused(
                format!("[summary] takes the day of \"{name}\", which is neither date nor timestamp"),
                "Name a column that has a day.".to_owned(),
            );
        }
    }
    Ok(())
}

/// An error of the server about the query itself becomes a fault of the definition, with the place in the SQL.
pub(crate) fn explain_fault(
    error: tokio_postgres::Error,
    definition: &Definition,
    author: Author<'_>,
) -> ReportError {
    let Some(server) = error.as_db_error() else { return ReportError::of_query(error) };
    let state = server.code();
    let position = match server.position() {
        Some(ErrorPosition::Original(position)) => Some(*position as usize),
        _ => None,
    };
    let missing = [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::INVALID_SCHEMA_NAME]
        .contains(state);
    if missing && (author.built_in || names_own_table(&definition.sql, position)) {
        return ReportError::TableMissing { database: author.database.to_owned(), source: error };
    }
    // Class 42: syntax error or access rule violation; privileges are not the author's to give.
    let of_author = (state.code().starts_with("42") && *state != SqlState::INSUFFICIENT_PRIVILEGE)
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
        || *state == SqlState::INVALID_SCHEMA_NAME;
    if !of_author || author.built_in {
        return ReportError::of_query(error);
    }
    let (line, column) = position.map(|at| place_of_character(&definition.sql, at)).unzip();
    let hint = match (*state == SqlState::READ_ONLY_SQL_TRANSACTION, server.hint()) {
        (true, _) => "A report only reads; take out what changes data.".to_owned(),
        (false, Some(hint)) => hint.to_owned(),
        (false, None) => "Correct the query; psql shows the same error for it.".to_owned(),
    };
    ReportError::Definition(DefinitionError {
        file: SQL_FILE.to_owned(),
        line,
        column,
        reason: server.message().trim_end_matches('.').to_owned(),
        hint,
    })
}

/// Whether the word at `position` (in characters, from 1) is a table that the migrations make.
fn names_own_table(sql: &str, position: Option<usize>) -> bool {
    let Some(position) = position else { return false };
    let rest: String = sql
        .chars()
        .skip(position.saturating_sub(1))
        .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '"'))
        .collect();
    rest.replace('"', "")
        .rsplit('.')
        .next()
        .is_some_and(|name| OWN_TABLES.contains(&name.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_tables_are_known_by_the_place_the_server_points_at() {
        let sql = "SELECT 'é' FROM public.\"tickets\" t JOIN nothing n ON true";
        assert!(names_own_table(sql, Some(17)));
        assert!(!names_own_table(sql, Some(41)));
        assert!(!names_own_table(sql, None));
        assert!(!names_own_table(sql, Some(4000)));
    }
}
