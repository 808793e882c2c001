//! The workbook read back by two readers and compared with the database, cell by cell.

use std::fs;

use landfall_tests::postgres::Database;
use landfall_tests::workbook::calamine::{Data, DataType};
use landfall_tests::workbook::{Reading, Workbook};
use serde_json::Value;

use crate::support::{JANUARY, Scene, made, number_of};

/// The built-in report's own query with the period put in, times as local text of `zone`.
fn expected(database: &Database, zone: &str, from: &str, to: &str) -> Vec<Vec<Option<String>>> {
    let (_, sql) = landfall_core::definition::Definition::built_in_files();
    let sql =
        sql.replace("$1", &format!("timestamptz '{from}'")).replace("$2", &format!("timestamptz '{to}'"));
    database.rows(&format!("SET timezone = '{zone}'; {sql}"))
}

/// 2025-01-01 00:00:00.5+00 as Excel counts: days from 1899-12-30.
fn serial(text: &str) -> f64 {
    let civil: jiff::civil::DateTime = text.split('+').next().unwrap().replace(' ', "T").parse().unwrap();
    let zero = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    civil.duration_since(zero).as_micros() as f64 / 86_400e6
}

/// How a cell of the sheet must read for a value of the database, by the kind of its column.
fn same(kind: &str, cell: &Data, value: Option<&String>) -> bool {
    match (kind, value) {
        (_, None) => cell.is_empty(),
        ("text", Some(text)) => cell.get_string() == Some(text),
        ("number", Some(text)) => cell.get_float() == text.parse().ok(),
        ("time", Some(text)) => number_of(cell).is_some_and(|found| (found - serial(text)).abs() < 1e-8),
        _ => false,
    }
}

const KINDS: [(&str, &str); 20] = [
    ("Ticket", "number"),
    ("Booking", "text"),
    ("Booked at", "time"),
    ("Channel", "text"),
    ("Status", "text"),
    ("Passenger", "text"),
    ("E-mail", "text"),
    ("Loyalty tier", "text"),
    ("Train", "text"),
    ("Route", "text"),
    ("Origin", "text"),
    ("Destination", "text"),
    ("Departs at", "time"),
    ("Class", "text"),
    ("Seat", "text"),
    ("Fare", "number"),
    ("Tax", "number"),
    ("Discount", "number"),
    ("Currency", "text"),
    ("Paid by", "text"),
];

#[test]
fn every_cell_equals_the_database() {
    let scene = Scene::with_tickets(1200);
    let zone = "Europe/Berlin";
    let workbook = Workbook::read(&made(scene.january().args(["--timezone", zone])));
    assert_eq!(workbook.sheet_names(), ["Tickets", "Summary"]);
    let sheet = workbook.sheet("Tickets");
    let rows = expected(&scene.database, zone, "2025-01-01 00:00+01", "2025-02-01 00:00+01");
    assert!(rows.len() > 1000 && sheet.rows.len() == rows.len() + 1, "{} {}", rows.len(), sheet.rows.len());
    for (at, (title, kind)) in KINDS.iter().enumerate() {
        let title = if *kind == "time" { format!("{title} ({zone})") } else { (*title).to_owned() };
        assert_eq!(sheet.cell(0, at).get_string(), Some(title.as_str()));
    }
    for (number, row) in rows.iter().enumerate() {
        for (at, (title, kind)) in KINDS.iter().enumerate() {
            let cell = sheet.cell(number + 1, at);
            assert!(same(kind, cell, row[at].as_ref()), "row {number}, {title}: {cell:?} for {:?}", row[at]);
        }
    }
}

#[test]
fn a_second_reader_sees_the_same_with_formats_filter_frozen_header_and_charts() {
    let scene = Scene::with_tickets(300);
    let path = scene.made();
    let reading = Reading::read(&path);
    let sheet = reading.sheet("Tickets");
    let rows = expected(&scene.database, "UTC", "2025-01-01 00:00+00", "2025-02-01 00:00+00");
    assert_eq!((rows.len(), sheet.rows.len()), (300, 301));
    assert_eq!(sheet.frozen.as_deref(), Some("A2"));
    assert_eq!(sheet.filter.as_deref(), Some("A1:T301"));
    assert_eq!(sheet.widths.len(), 20);
    for (row, cells) in rows.iter().zip(&sheet.rows[1..]) {
        for (at, (title, kind)) in KINDS.iter().enumerate() {
            let Some(value) = &row[at] else {
                assert_eq!(cells[at], None, "{title}");
                continue;
            };
            let cell = cells[at].as_ref().unwrap_or_else(|| panic!("{title} is empty, not {value}"));
            match *kind {
                "text" => {
                    assert_eq!((cell.kind.as_str(), cell.value.as_str()), ("text", Some(value.as_str())));
                }
                "number" => assert_eq!(cell.value.as_f64(), value.parse().ok(), "{title}"),
                _ => {
                    assert_eq!((cell.kind.as_str(), cell.format.as_str()), ("date", "yyyy-mm-dd hh:mm"));
                    let found = serial(cell.value.as_str().unwrap().get(..19).unwrap());
                    assert!(
                        (found - serial(value)).abs() < 1.01 / 86_400.0,
                        "{title}: {} for {value}",
                        cell.value
                    );
                }
            }
            if ["Fare", "Tax", "Discount"].contains(title) {
                assert_eq!(cell.format, "#,##0.00");
            }
        }
    }
    let charts: Vec<&str> =
        reading.sheet("Summary").charts.iter().filter_map(|chart| chart.title.as_deref()).collect();
    assert_eq!(charts, ["Revenue per day", "Revenue by channel", "Revenue by class"]);
    assert_eq!(reading.properties["title"], "Ticketing report");
}

#[test]
fn the_period_is_whole_days_of_the_reports_zone() {
    let scene = Scene::with_tickets(100);
    let rows = |zone: &str| {
        let path = made(scene.january().args(["--timezone", zone]));
        Workbook::read(&path).sheet("Tickets").rows.len() - 1
    };
    // Both edges of the month in UTC belong to it; an instant later, or before, does not.
    assert_eq!(rows("UTC"), 100);
    let count = |from: &str, to: &str| -> usize {
        let range = format!("created_at >= '{from}' AND created_at < '{to}'");
        scene.database.sql(&format!("SELECT count(*) FROM tickets WHERE {range}")).parse().unwrap()
    };
    assert_eq!(rows("America/New_York"), count("2025-01-01 00:00-05", "2025-02-01 00:00-05"));
    assert_eq!(rows("Asia/Tokyo"), count("2025-01-01 00:00+09", "2025-02-01 00:00+09"));
}

#[test]
fn an_empty_period_makes_a_workbook_that_says_so() {
    let scene = Scene::migrated();
    let path = made(scene.report().args(["--start-date", "2001-01-01", "--end-date", "2001-01-31"]));
    let workbook = Workbook::read(&path);
    assert_eq!(workbook.sheet("Tickets").rows.len(), 1);
    let summary = &workbook.sheet("Summary").rows;
    assert!(summary.iter().any(|row| row[0].get_string() == Some("No rows in this period")), "{summary:?}");
    let reading = Reading::read(&path);
    assert_eq!(reading.sheet("Summary").charts.len(), 0);
    assert_eq!(reading.sheet("Tickets").frozen.as_deref(), Some("A2"));
}

#[test]
fn the_sidecar_tells_all_about_the_workbook() {
    let scene = Scene::with_tickets(10);
    let path = made(scene.report().args(JANUARY).args(["--run", "10001", "--timezone", "Europe/Rome"]));
    let text = fs::read(path.with_extension("xlsx.json")).unwrap();
    let sidecar: landfall_core::sidecar::Sidecar = serde_json::from_slice(&text).unwrap();
    let (sha256, bytes) = landfall_report::publish::sha256_of(&path).unwrap();
    assert_eq!((sidecar.sha256, sidecar.bytes), (sha256, bytes));
    assert_eq!((sidecar.rows, sidecar.run, sidecar.timezone.as_str()), (10, 10_001, "Europe/Rome"));
    assert_eq!(sidecar.file, path.file_name().unwrap().to_str().unwrap());
    let raw: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(raw["period"]["from"], "2025-01-01");
}
