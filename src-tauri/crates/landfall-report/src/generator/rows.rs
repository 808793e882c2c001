//! Rows on their way from the server into the sheets and the sums.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use jiff::tz::TimeZone;
use landfall_core::definition::{Column, Definition, Summary};
use landfall_core::progress::Progress;
use landfall_core::run::Phase;
use tokio_postgres::{Row, RowStream};

use super::numeric::Amount;
use super::query::{Author, explain_fault};
use super::saving::guarded;
use super::sheets::Sheets;
use super::summary::{self, Place, Sums};
use super::value::{self, Wire, WireType};
use super::{ReportError, calendar};

/// How often the count of rows is told.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);
/// Rows between two looks at the clock.
const ROWS_BETWEEN_LOOKS: u64 = 64;

/// Columns of the definition by what they mean for the sums.
struct Meaning {
    currency: Option<usize>,
    state: Option<usize>,
    plus: Vec<usize>,
    minus: Vec<usize>,
    /// The day's table, if there is one, comes first.
    tables: Vec<(usize, bool)>,
}

impl Meaning {
    fn of(summary: &Summary, columns: &[Column]) -> Self {
        let at = |name: &String| columns.iter().position(|column| column.name == *name);
        let all = |names: &[String]| names.iter().filter_map(at).collect();
        let day = summary.day.iter().filter_map(at).map(|column| (column, true));
        let by = summary.by.iter().filter_map(at).map(|column| (column, false));
        Self {
            currency: summary.currency.as_ref().and_then(at),
            state: summary.state.as_ref().and_then(at),
            plus: all(&summary.plus),
            minus: all(&summary.minus),
            tables: day.chain(by).collect(),
        }
    }
}

/// Everything that a row meets.
pub(crate) struct Intake<'i> {
    definition: &'i Definition,
    /// For each column of the definition: where it stands in a row, and its type.
    columns: &'i [(usize, WireType)],
    zone: &'i TimeZone,
    meaning: Option<Meaning>,
    pub(crate) sheets: Sheets,
    pub(crate) sums: Sums,
}

impl<'i> Intake<'i> {
    pub(crate) fn new(
        definition: &'i Definition,
        columns: &'i [(usize, WireType)],
        zone: &'i TimeZone,
        sheets: Sheets,
    ) -> Self {
        let meaning = definition.summary.as_ref().map(|summary| Meaning::of(summary, &definition.columns));
        let sums = Sums::new(meaning.as_ref().map_or(0, |meaning| meaning.tables.len()));
        Self { definition, columns, zone, meaning, sheets, sums }
    }

    /// Takes all rows; tells the phase with the first and the count a few times a second.
    pub(crate) async fn take_all(
        &mut self,
        rows: RowStream,
        author: Author<'_>,
        estimate: Option<u64>,
        events: &mut dyn FnMut(Progress),
    ) -> Result<(), ReportError> {
        let mut rows = pin!(rows);
        let mut told = Instant::now();
        while let Some(row) =
            rows.try_next().await.map_err(|error| explain_fault(error, self.definition, author))?
        {
            if self.sheets.rows() == 0 {
                events(Progress::Phase { phase: Phase::WritingRows });
            }
            self.take(&row)?;
            let count = self.sheets.rows();
            if count.is_multiple_of(ROWS_BETWEEN_LOOKS) && told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                events(Progress::Rows { rows: count, estimate });
            }
        }
        events(Progress::Rows { rows: self.sheets.rows(), estimate: Some(self.sheets.rows()) });
        Ok(())
    }

    fn take(&mut self, row: &Row) -> Result<(), ReportError> {
        guarded(|| {
            self.sheets.begin_row()?;
            let number = self.sheets.rows();
            for (at, column) in self.definition.columns.iter().enumerate() {
                let Some((bytes, wire_type)) = field(row, self.columns, at)? else { continue };
                let cell = value::read(wire_type, bytes, &column.format, self.zone)
                    .map_err(|value::Malformed| malformed(column, number))?;
                self.sheets.write(at, &cell)?;
            }
            Ok(())
        })?;
        match &self.meaning {
            Some(meaning) => self.sum(row, meaning).map(|entry| entry.add_to(&mut self.sums)),
            None => Ok(()),
        }
    }

    /// What the row gives to the sums.
    fn sum<'r>(&self, row: &'r Row, meaning: &Meaning) -> Result<Entry<'r>, ReportError> {
        let number = self.sheets.rows();
        let text = |at: usize| -> Result<Option<std::borrow::Cow<'r, str>>, ReportError> {
            let Some((bytes, wire_type)) = field(row, self.columns, at)? else { return Ok(None) };
            let format = landfall_core::definition::ColumnFormat::Text;
            match value::read(wire_type, bytes, &format, self.zone) {
                Ok(value::Value::Text(text)) => Ok(Some(text)),
                Ok(value::Value::LongNumber(text)) => Ok(Some(text.into())),
                _ => Err(malformed(&self.definition.columns[at], number)),
            }
        };
        // No value counts as 0; NaN and what has too many digits make the whole amount unknown.
        let mut amount = Some(Amount::default());
        for (columns, subtract) in [(&meaning.plus, false), (&meaning.minus, true)] {
            for at in columns {
                let Some((bytes, wire_type)) = field(row, self.columns, *at)? else { continue };
                let exact = value::exact_text(wire_type, bytes)
                    .map_err(|value::Malformed| malformed(&self.definition.columns[*at], number))?;
                amount = amount
                    .zip(Amount::parse(&exact))
                    .and_then(|(sum, part)| if subtract { sum.minus(part) } else { sum.plus(part) });
            }
        }
        let mut places = Vec::with_capacity(meaning.tables.len());
        for (at, is_day) in &meaning.tables {
            let day = match field(row, self.columns, *at)? {
                Some((bytes, wire_type)) if *is_day => value::day_of(wire_type, bytes, self.zone)
                    .map_err(|value::Malformed| malformed(&self.definition.columns[*at], number))?,
                _ => None,
            };
            // A day that Excel can't show stands among the days as text.
            places.push(match (is_day, day) {
                (true, Some(day)) if calendar::excel_day(day).is_some() => Place::Day(day),
                (true, Some(day)) => Place::Value(calendar::day_text(day)),
                (true, None) => Place::Value(summary::NONE.to_owned()),
                (false, _) => Place::Value(
                    text(*at)?.map_or_else(|| summary::NONE.to_owned(), std::borrow::Cow::into_owned),
                ),
            });
        }
        let currency = meaning.currency.map(text).transpose()?.flatten();
        let state = meaning.state.map(text).transpose()?.flatten();
        Ok(Entry { currency, state, amount, places })
    }
}

struct Entry<'r> {
    currency: Option<std::borrow::Cow<'r, str>>,
    state: Option<std::borrow::Cow<'r, str>>,
    amount: Option<Amount>,
    places: Vec<Place>,
}

impl Entry<'_> {
    fn add_to(self, sums: &mut Sums) {
        let row = summary::Row {
            // char(3) is padded with blanks on the wire.
            currency: self.currency.as_deref().map(str::trim_end),
            state: self.state.as_deref(),
            amount: self.amount,
        };
        let (key, amount) = sums.add(&row);
        for (table, place) in self.places.into_iter().enumerate() {
            sums.add_to_table(table, place, key, amount);
        }
    }
}

fn malformed(column: &Column, row: u64) -> ReportError {
    ReportError::Value { column: column.name.clone(), row }
}

fn field<'r>(
    row: &'r Row,
    columns: &[(usize, WireType)],
    at: usize,
) -> Result<Option<(&'r [u8], WireType)>, ReportError> {
    let Some((place, wire_type)) = columns.get(at) else { return Ok(None) };
    let wire: Option<Wire<'r>> = row.try_get(*place).map_err(ReportError::of_query)?;
    Ok(wire.map(|Wire(bytes)| (bytes, *wire_type)))
}
