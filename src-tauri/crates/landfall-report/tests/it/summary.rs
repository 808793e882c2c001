//! The Summary sheet against sums that the database makes itself.

use std::collections::BTreeMap;

use landfall_tests::workbook::calamine::{Data, DataType};
use landfall_tests::workbook::{Reading, Workbook};

use crate::support::{JANUARY, OwnReport, Scene, made, number_of};

const AMOUNT: &str = "sum(t.fare + t.tax - coalesce(t.discount, 0))";

/// (value, state) → currency → (tickets, amount), as the sheet shows them in the table under `heading`.
fn table(rows: &[Vec<Data>], heading: &str) -> BTreeMap<(String, String), BTreeMap<String, (f64, f64)>> {
    let text = |cell: &Data| cell.get_string().unwrap_or_default().to_owned();
    let start =
        rows.iter().position(|row| text(&row[0]) == heading).unwrap_or_else(|| panic!("no {heading}"));
    let head = &rows[start + 1];
    let currencies: Vec<(usize, String)> = head
        .iter()
        .enumerate()
        .filter_map(|(at, cell)| Some((at, cell.get_string()?.strip_prefix("Tickets ")?.to_owned())))
        .collect();
    let mut found = BTreeMap::new();
    for row in rows[start + 2..].iter().take_while(|row| !row[1].is_empty()) {
        let value = match &row[0] {
            Data::String(_) => text(&row[0]),
            day => number_of(day).unwrap().to_string(),
        };
        let amounts = currencies
            .iter()
            .filter_map(|(at, currency)| {
                Some((currency.clone(), (row[*at].get_float()?, row[*at + 1].get_float()?)))
            })
            .filter(|(_, (tickets, _))| *tickets > 0.0)
            .collect();
        found.insert((value, text(&row[1])), amounts);
    }
    found
}

/// The same from the database; `by` is the expression of the table.
fn expected(scene: &Scene, by: &str) -> BTreeMap<(String, String), BTreeMap<String, (f64, f64)>> {
    let query = format!(
        "SELECT {by}, CASE WHEN b.status = 'confirmed' THEN 'Revenue (confirmed)' ELSE b.status::text END,
                b.currency, count(*), {AMOUNT}
         FROM tickets t JOIN bookings b ON b.id = t.booking_id JOIN trips tr ON tr.id = t.trip_id
         JOIN routes r ON r.id = tr.route_id
         WHERE t.created_at >= '2025-01-01 00:00+00' AND t.created_at < '2025-02-01 00:00+00' GROUP BY 1, 2, 3"
    );
    let mut found = BTreeMap::<_, BTreeMap<_, _>>::new();
    for row in scene.database.rows(&query) {
        let field = |at: usize| row[at].clone().unwrap();
        let numbers = (field(3).parse().unwrap(), field(4).parse().unwrap());
        found.entry((field(0), field(1))).or_default().insert(field(2), numbers);
    }
    found
}

#[test]
fn totals_and_tables_equal_the_databases_own_sums() {
    let scene = Scene::with_tickets(900);
    let workbook = Workbook::read(&scene.made());
    let rows = &workbook.sheet("Summary").rows;
    for (heading, by) in [
        ("Totals", "'All'"),
        ("By channel", "b.channel::text"),
        ("By class", "t.class::text"),
        ("By route", "r.name"),
        ("By day", "(date(b.created_at AT TIME ZONE 'UTC') - date '1899-12-30')::text"),
    ] {
        let mut shown = table(rows, heading);
        // Days without revenue have a line too, so that the chart has no gap.
        shown.retain(|_, amounts| !amounts.is_empty());
        assert_eq!(shown, expected(&scene, by), "{heading}");
    }
}

#[test]
fn the_top_names_period_zone_query_time_and_rows() {
    let scene = Scene::with_tickets(20);
    let workbook =
        Workbook::read(&made(scene.january().args(["--timezone", "Europe/Rome", "--today", "2025-01-20"])));
    let rows = &workbook.sheet("Summary").rows;
    let fact = |name: &str| {
        let row = rows.iter().find(|row| row[0].get_string().is_some_and(|text| text.starts_with(name)));
        row.unwrap_or_else(|| panic!("no {name}"))[1].clone()
    };
    assert_eq!(fact("Period").get_string(), Some("2025-01-01 to 2025-01-20"));
    assert!(fact("Note").get_string().unwrap().contains("2025-01-31"));
    assert_eq!(fact("Time zone").get_string(), Some("Europe/Rome"));
    assert!(
        number_of(&fact("Queried at (Europe/Rome)")).is_some()
            && number_of(&fact("Query time (s)")).is_some()
    );
    assert_eq!(fact("Rows").get_float(), Some(workbook.sheet("Tickets").rows.len() as f64 - 1.0));
}

#[test]
fn charts_have_one_series_per_currency_over_the_revenue_lines() {
    let scene = Scene::with_tickets(200);
    let reading = Reading::read(&made(scene.report().args(JANUARY)));
    let summary = reading.sheet("Summary");
    let kinds: Vec<&str> = summary.charts.iter().map(|chart| chart.kind.as_str()).collect();
    assert_eq!(kinds, ["LineChart", "BarChart", "BarChart"]);
    for chart in &summary.charts {
        assert_eq!(chart.values.len(), 3, "{chart:?}");
        assert!(chart.categories.iter().all(|range| range.starts_with("Summary!$A$")), "{chart:?}");
    }
    // 31 days: every day of the period has its line.
    let range = &summary.charts[0].categories[0];
    let rows: Vec<usize> =
        range.split('$').filter_map(|part| part.trim_end_matches(':').parse().ok()).collect();
    assert_eq!(rows[1] - rows[0], 30, "{range}");
}

#[test]
fn amounts_are_exact_and_values_past_the_bound_are_counted_together() {
    let scene = Scene::empty();
    let report = OwnReport::of(
        "SELECT 'v' || n AS v, 0.1::numeric AS part
         FROM generate_series(1, 2500) n",
    )
    .column("v", "text")
    .column("part", "decimal")
    .with("[summary]\nplus = [\"part\"]\nby = [\"v\"]\n");
    let workbook = Workbook::read(&made(scene.own(&report)));
    let rows = &workbook.sheet("Summary").rows;
    let line = |name: &str| rows.iter().find(|row| row[0].get_string() == Some(name)).unwrap().clone();
    assert_eq!((line("All")[2].get_float(), line("All")[3].get_float()), (Some(2500.0), Some(250.0)));
    assert_eq!(line("(other)")[2].get_float(), Some(500.0));

    let report = OwnReport::of(
        "SELECT 'v' AS v, CASE WHEN n = 7 THEN 'NaN'::numeric ELSE 12345678901234567.01 END AS big FROM generate_series(1, 10) n",
    )
    .column("v", "text")
    .column("big", "decimal")
    .with("[summary]\nplus = [\"big\"]\n");
    let workbook = Workbook::read(&made(scene.own(&report)));
    let rows = &workbook.sheet("Summary").rows;
    let all = rows.iter().find(|row| row[0].get_string() == Some("All")).unwrap();
    assert_eq!((all[2].get_float(), all[3].get_string()), (Some(10.0), Some("111111110111111103.09")));
}
