//! The Summary sheet: what the report is about, totals, charts, and a table for each way of looking at them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use landfall_core::definition::{Chart as ChartOf, ChartKind, Definition, SUMMARY_SHEET, Summary};
use landfall_core::period::Period;
use rust_xlsxwriter::{Chart, ChartType, Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::calendar;
use super::numeric::{self, Amount};
use super::sheets::fit;
use super::summary::{Place, Sums, Table, Total, Totals};

const CHART_WIDTH_PIXELS: u32 = 480;
const CHART_HEIGHT_PIXELS: u32 = 288;
/// Rows of 20 pixels that a chart covers, and one of air.
const CHART_ROWS: u32 = 16;
/// More bars than this nobody can read; days are never cut.
const MOST_BARS: u32 = 30;
/// Longer periods show only the days that have rows.
const MOST_DAYS_FILLED: i32 = 3_700;

/// What the top of the sheet says.
pub(crate) struct Facts<'f> {
    pub(crate) definition: &'f Definition,
    pub(crate) period: Period,
    pub(crate) zone: &'f TimeZone,
    pub(crate) zone_name: &'f str,
    /// Title and value of each parameter.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) queried_at: Timestamp,
    pub(crate) query_ms: u64,
    pub(crate) rows: u64,
}

struct Writer<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
    bold: Format,
    header: Format,
    header_right: Format,
    day: Format,
    amount: Format,
    count: Format,
    right: Format,
}

/// Where a table stands, for its chart.
struct Placed {
    first: u32,
    last: u32,
}

/// Adds the sheet to the workbook.
pub(crate) fn add(workbook: &mut Workbook, facts: &Facts<'_>, sums: &Sums) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(SUMMARY_SHEET)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    // The title is larger than a row is high, and not every program grows the row by itself.
    sheet.set_row_height(0, 24)?;
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 24)?;
    for at in 2..2 + 2 * sums.currencies.numbers().len().max(1) as u16 {
        sheet.set_column_width(at, 14)?;
    }
    let header =
        Format::new().set_bold().set_font_color(Color::White).set_background_color(Color::RGB(0x001F_4E78));
    let mut writer = Writer {
        sheet,
        row: 0,
        bold: Format::new().set_bold(),
        header_right: header.clone().set_align(FormatAlign::Right),
        header,
        day: Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        amount: Format::new().set_num_format("#,##0.00"),
        count: Format::new().set_num_format("#,##0"),
        right: Format::new().set_align(FormatAlign::Right),
    };
    writer.facts(facts)?;
    let Some(summary) = &facts.definition.summary else { return Ok(()) };
    if facts.rows == 0 {
        return Ok(());
    }
    let order = Order::of(summary, sums);
    writer.heading("Totals")?;
    writer.head("", summary, sums)?;
    for (label, states) in &order.blocks {
        let merged = merge(&sums.all, states);
        writer.line(&Place::Value("All".to_owned()), label, &merged, sums, true)?;
    }
    writer.row += 1;
    let charts_at = writer.row;
    if !summary.charts.is_empty() {
        writer.row += CHART_ROWS;
    }
    let names = summary.day.iter().chain(&summary.by);
    let mut placed = Vec::new();
    for (name, table) in names.zip(&sums.tables) {
        let column = facts.definition.columns.iter().find(|column| column.name == *name);
        let title = column.map_or(name.as_str(), |column| column.title.as_str());
        let is_day = summary.day.as_ref() == Some(name) && placed.is_empty();
        let title = if is_day { "Day" } else { title };
        let days = is_day.then_some(facts.period).filter(|period| period.days() <= MOST_DAYS_FILLED);
        let place = writer.table(title, table, days, &order, summary, sums)?;
        placed.push((name, place));
    }
    for (at, chart) in summary.charts.iter().enumerate() {
        if let Some((_, place)) = placed.iter().find(|(name, _)| **name == chart.by) {
            writer.chart(chart, place, charts_at, at as u32, summary, sums)?;
        }
    }
    Ok(())
}

/// The states in the order of the sheet: what is revenue first, as one block; the others by name, each its own.
struct Order {
    blocks: Vec<(String, BTreeSet<u16>)>,
}

impl Order {
    fn of(summary: &Summary, sums: &Sums) -> Self {
        if summary.state.is_none() {
            return Self { blocks: vec![("All".to_owned(), sums.states.numbers().into_iter().collect())] };
        }
        let is_revenue =
            |number: &u16| summary.revenue.iter().any(|state| state == sums.states.name(*number));
        let (revenue, mut others): (Vec<u16>, Vec<u16>) =
            sums.states.numbers().into_iter().partition(is_revenue);
        others.sort_by_key(|number| sums.states.name(*number).to_owned());
        let mut blocks =
            vec![(format!("Revenue ({})", summary.revenue.join(", ")), revenue.into_iter().collect())];
        blocks.extend(
            others.into_iter().map(|number| (sums.states.name(number).to_owned(), BTreeSet::from([number]))),
        );
        Self { blocks }
    }
}

/// Totals per currency over some states.
fn merge(totals: &Totals, states: &BTreeSet<u16>) -> std::collections::BTreeMap<u16, Total> {
    let mut merged = std::collections::BTreeMap::<u16, Total>::new();
    for ((state, currency), total) in totals {
        if states.contains(state) {
            let sum = merged.entry(*currency).or_default();
            sum.rows += total.rows;
            sum.amount = sum.amount.plus(total.amount).unwrap_or(sum.amount);
        }
    }
    merged
}

impl Writer<'_> {
    fn facts(&mut self, facts: &Facts<'_>) -> Result<(), XlsxError> {
        let title = Format::new().set_bold().set_font_size(16);
        self.sheet.write_string_with_format(0, 0, fit(&facts.definition.title).0, &title)?;
        self.row = 2;
        self.fact("Period", &facts.period.to_string())?;
        if let Some(asked) = facts.period.requested_to {
            self.fact(
                "Note",
                &format!("The end {asked} that was asked for lies in the future; it was set back to today"),
            )?;
        }
        self.fact("Time zone", facts.zone_name)?;
        for (name, value) in &facts.parameters {
            self.fact(name, value)?;
        }
        let local = calendar::local(calendar::microseconds_of(facts.queried_at), facts.zone)
            .and_then(calendar::excel_time);
        if let Some(moment) = local {
            let format = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Left);
            self.label(&format!("Queried at ({})", facts.zone_name))?;
            self.sheet.write_number_with_format(self.row, 1, moment, &format)?;
            self.row += 1;
        }
        self.label("Query time (s)")?;
        let seconds = Format::new().set_num_format("0.000").set_align(FormatAlign::Left);
        self.sheet.write_number_with_format(self.row, 1, facts.query_ms as f64 / 1000.0, &seconds)?;
        self.row += 1;
        self.label("Rows")?;
        let count = self.count.clone().set_align(FormatAlign::Left);
        self.sheet.write_number_with_format(self.row, 1, facts.rows as f64, &count)?;
        self.row += 1;
        self.fact("Report", &facts.definition.name)?;
        if facts.rows == 0 {
            self.row += 1;
            self.sheet.write_string_with_format(self.row, 0, "No rows in this period", &self.bold)?;
        }
        self.row += 1;
        Ok(())
    }

    fn label(&mut self, name: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, fit(name).0, &self.bold)?;
        Ok(())
    }

    fn fact(&mut self, name: &str, value: &str) -> Result<(), XlsxError> {
        self.label(name)?;
        self.sheet.write_string(self.row, 1, fit(value).0)?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, title: &str) -> Result<(), XlsxError> {
        let format = Format::new().set_bold().set_font_size(13);
        self.sheet.write_string_with_format(self.row, 0, fit(title).0, &format)?;
        self.row += 1;
        Ok(())
    }

    /// The header line of a table: name, state, then count and amount for each currency.
    fn head(&mut self, name: &str, summary: &Summary, sums: &Sums) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, fit(name).0, &self.header)?;
        if name.is_empty() {
            self.sheet.write_blank(self.row, 0, &self.header)?;
        }
        self.sheet.write_string_with_format(self.row, 1, "State", &self.header)?;
        for (at, currency) in currencies(sums) {
            let currency = if summary.currency.is_some() {
                format!(" {}", sums.currencies.name(currency))
            } else {
                String::new()
            };
            let titles = [format!("{}{currency}", summary.rows), format!("Amount{currency}")];
            for (offset, title) in titles.iter().enumerate() {
                self.sheet.write_string_with_format(
                    self.row,
                    at + offset as u16,
                    fit(title).0,
                    &self.header_right,
                )?;
            }
        }
        self.row += 1;
        Ok(())
    }

    /// One line; with `zeros`, currencies without rows show 0 rather than nothing.
    fn line(
        &mut self,
        place: &Place,
        state: &str,
        totals: &std::collections::BTreeMap<u16, Total>,
        sums: &Sums,
        zeros: bool,
    ) -> Result<(), XlsxError> {
        match place {
            Place::Day(day) => {
                if let Some(number) = calendar::excel_day(*day) {
                    self.sheet.write_number_with_format(self.row, 0, number as f64, &self.day)?;
                }
            }
            Place::Value(text) => {
                self.sheet.write_string(self.row, 0, fit(text).0)?;
            }
        }
        self.sheet.write_string(self.row, 1, fit(state).0)?;
        for (at, currency) in currencies(sums) {
            let total = totals.get(&currency).copied().or_else(|| zeros.then(Total::default));
            let Some(total) = total else { continue };
            self.sheet.write_number_with_format(self.row, at, total.rows as f64, &self.count)?;
            self.amount(at + 1, total.amount)?;
        }
        self.row += 1;
        Ok(())
    }

    /// An amount that a double can't hold exactly is written as text.
    fn amount(&mut self, at: u16, amount: Amount) -> Result<(), XlsxError> {
        let text = amount.to_string();
        match text.parse::<f64>() {
            Ok(number) if numeric::significant_digits(&text) <= numeric::EXACT_DIGITS => {
                self.sheet.write_number_with_format(self.row, at, number, &self.amount)?;
            }
            _ => {
                self.sheet.write_string_with_format(self.row, at, text, &self.right)?;
            }
        }
        Ok(())
    }

    /// A table; its first block, which the chart shows, has a line for each value, or each day of `days`.
    fn table(
        &mut self,
        title: &str,
        table: &Table,
        days: Option<Period>,
        order: &Order,
        summary: &Summary,
        sums: &Sums,
    ) -> Result<Placed, XlsxError> {
        self.heading(&format!("By {}", title.to_lowercase()))?;
        self.head(title, summary, sums)?;
        let mut placed = Placed { first: self.row, last: self.row };
        let empty = Totals::new();
        for (at, (label, states)) in order.blocks.iter().enumerate() {
            let is_first = at == 0;
            let mut places: Vec<(Place, &Totals)> = table
                .places
                .iter()
                .filter(|(_, totals)| totals.keys().any(|(state, _)| states.contains(state)))
                .map(|(place, totals)| (place.clone(), totals))
                .collect();
            if let (true, Some(period)) = (is_first, days) {
                let known: BTreeSet<Place> = places.iter().map(|(place, _)| place.clone()).collect();
                places.extend(all_days(period).filter(|day| !known.contains(day)).map(|day| (day, &empty)));
            }
            let rows = |totals: &Totals| -> u64 {
                totals
                    .iter()
                    .filter(|((state, _), _)| states.contains(state))
                    .map(|(_, total)| total.rows)
                    .sum()
            };
            // Days in their order; other values by their number of rows, then by name.
            places.sort_by(|(left, left_totals), (right, right_totals)| match (left, right) {
                (Place::Value(_), Place::Value(_)) => {
                    rows(right_totals).cmp(&rows(left_totals)).then_with(|| left.cmp(right))
                }
                _ => left.cmp(right),
            });
            for (place, totals) in &places {
                self.line(place, label, &merge(totals, states), sums, is_first)?;
            }
            if is_first {
                placed.last = self.row.saturating_sub(1);
            }
        }
        if table.folded {
            self.sheet.write_string(self.row, 0, "Further values are counted together as (other)")?;
            self.row += 1;
        }
        self.row += 1;
        Ok(placed)
    }

    fn chart(
        &mut self,
        chart: &ChartOf,
        place: &Placed,
        row: u32,
        index: u32,
        summary: &Summary,
        sums: &Sums,
    ) -> Result<(), XlsxError> {
        if place.last < place.first {
            return Ok(());
        }
        let is_day = summary.day.as_ref() == Some(&chart.by);
        let last = if is_day { place.last } else { place.last.min(place.first + MOST_BARS - 1) };
        let mut drawn = Chart::new(match chart.kind {
            ChartKind::Line => ChartType::Line,
            ChartKind::Column => ChartType::Column,
            ChartKind::Bar => ChartType::Bar,
        });
        let currencies = currencies(sums);
        if currencies.len() > 1 {
            // Amounts of different currencies can't be added, and lie orders of magnitude apart: on one linear axis
            // only the largest could be read.
            drawn.y_axis().set_log_base(10).set_name("logarithmic");
        }
        for (at, currency) in currencies {
            let name = if summary.currency.is_some() { sums.currencies.name(currency) } else { "Amount" };
            drawn
                .add_series()
                .set_name(name)
                .set_categories((SUMMARY_SHEET, place.first, 0, last, 0))
                .set_values((SUMMARY_SHEET, place.first, at + 1, last, at + 1));
        }
        drawn.title().set_name(&chart.title);
        drawn.y_axis().set_num_format("#,##0");
        if is_day {
            drawn.x_axis().set_date_axis(true).set_num_format("yyyy-mm-dd");
        }
        if summary.currency.is_none() {
            drawn.legend().set_hidden();
        }
        drawn.set_width(CHART_WIDTH_PIXELS).set_height(CHART_HEIGHT_PIXELS);
        drawn.set_alt_text(&chart.title);
        self.sheet.insert_chart_with_offset(row, 0, &drawn, index * (CHART_WIDTH_PIXELS + 12), 4)?;
        Ok(())
    }
}

/// The currencies with the column where each begins, by name.
fn currencies(sums: &Sums) -> Vec<(u16, u16)> {
    let mut numbers = sums.currencies.numbers();
    numbers.sort_by_key(|number| sums.currencies.name(*number).to_owned());
    numbers.into_iter().enumerate().map(|(at, number)| (2 + 2 * at as u16, number)).collect()
}

fn all_days(period: Period) -> impl Iterator<Item = Place> {
    let first = jiff::civil::date(2000, 1, 1).until(period.from).map_or(0, |span| i64::from(span.get_days()));
    (first..first + i64::from(period.days())).map(Place::Day)
}
