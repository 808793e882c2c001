//! Values that break workbooks: what reads back must be what the database holds.

use std::path::{Path, PathBuf};

use landfall_tests::workbook::calamine::{Data, DataType};
use landfall_tests::workbook::{Cell, Reading, Workbook};

use crate::support::{OwnReport, Scene, WITHIN, last_event, made, number_of};

fn report_of(select: &str, format: &str) -> (Scene, PathBuf) {
    let scene = Scene::empty();
    let path = made(scene.own(&OwnReport::of(select).column("v", format)));
    (scene, path)
}

fn cells_of(path: &Path) -> Vec<Data> {
    Workbook::read(path).sheet("My own").rows[1..].iter().map(|row| row[0].clone()).collect()
}

/// Makes a report of one column and reads its cells, from the first row on, with both readers.
fn column(select: &str, format: &str) -> (Vec<Data>, Vec<Option<Cell>>) {
    let (_scene, path) = report_of(select, format);
    let cells = cells_of(&path);
    let reading = Reading::read(&path);
    let read = reading.sheet("My own").rows[1..].iter().map(|row| row[0].clone()).collect();
    (cells, read)
}

fn texts(cells: &[Data]) -> Vec<&str> {
    cells.iter().map(|cell| cell.get_string().unwrap_or_else(|| panic!("{cell:?} is no text"))).collect()
}

#[test]
fn text_stays_text_whatever_it_looks_like() {
    let values = [
        "=1+1",
        "=HYPERLINK(\"http://example.com\")",
        "+49 123",
        "-5",
        "@SUM(A1)",
        "'quoted",
        "http://example.com/a?b=c&d",
        "mailto:a@example.com",
        "12345",
        "1E5",
        "2025-01-01",
        "TRUE",
        "#N/A",
        "<b>&amp;\"'</b>",
        "]]>",
        "  blanks at both ends  ",
        "tab\tand\nnew line",
        "İstanbul Łódź Ольга 李 🚆 e\u{301}",
        "\u{202e}right to left",
    ];
    let list: Vec<String> = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
    let select = format!("SELECT v FROM unnest(ARRAY[{}]) v", list.join(", "));
    let (cells, read) = column(&select, "text");
    assert_eq!(texts(&cells), values);
    for (value, cell) in values.iter().zip(&read) {
        let cell = cell.as_ref().unwrap();
        assert_eq!((cell.kind.as_str(), cell.value.as_str()), ("text", Some(*value)));
    }
}

#[test]
fn characters_that_xml_can_not_hold_are_escaped_as_excel_does() {
    let select =
        "SELECT v FROM unnest(ARRAY[U&'a\\0001b', U&'cr\\000Dlf', '_x0041_', U&'\\FFFE\\FFFF', 'a_x_b']) v";
    let (cells, read) = column(select, "text");
    assert_eq!(texts(&cells), ["a\u{1}b", "cr\rlf", "_x0041_", "\u{fffe}\u{ffff}", "a_x_b"]);
    // The second reader shows the escapes as they stand in the file.
    let raw: Vec<_> = read.iter().flatten().map(|cell| cell.value.as_str().unwrap().to_owned()).collect();
    assert_eq!(raw[0], "a_x0001_b");
    assert_eq!(raw[2], "_x005F_x0041_");
}

#[test]
fn no_value_is_no_cell_and_empty_text_shows_nothing() {
    let (cells, read) = column("SELECT v FROM unnest(ARRAY['a', NULL, '', 'b']) v", "text");
    assert_eq!(cells, [Data::String("a".into()), Data::Empty, Data::Empty, Data::String("b".into())]);
    assert!(read[1].is_none() && read[2].is_none());
}

#[test]
fn texts_longer_than_a_cell_are_cut_marked_and_counted() {
    let scene = Scene::empty();
    let select = "SELECT v FROM unnest(ARRAY[repeat('a', 32767), repeat('a', 32768), repeat('🚆', 20000)]) v";
    let finished =
        scene.own(&OwnReport::of(select).column("v", "text")).args(["--progress", "json"]).run(WITHIN);
    assert!(finished.stdout.contains("2 texts were longer than a cell"), "{finished}");
    let workbook = Workbook::read(last_event(&finished)["file"].as_str().unwrap().as_ref());
    let rows = &workbook.sheet("My own").rows;
    let units = |row: usize| rows[row][0].get_string().unwrap().encode_utf16().count();
    assert_eq!((units(1), units(2)), (32_767, 32_767));
    let cut = rows[3][0].get_string().unwrap();
    assert!(cut.ends_with("… [cut]") && cut.starts_with('🚆') && units(3) <= 32_767);
}

#[test]
fn numbers_keep_every_digit() {
    let select = "SELECT v FROM unnest(ARRAY[0, 1.5, -0.01, 999999999999999, 1234567890123.45, 0.000001,
        9007199254740993, 12345678901234567890.12, -1234567890123456, 1e20, 'NaN', 'Infinity', '-Infinity']::numeric[]) v";
    let (cells, read) = column(select, "decimal");
    let numbers: Vec<f64> = cells[..6].iter().map(|cell| cell.get_float().unwrap()).collect();
    assert_eq!(numbers, [0.0, 1.5, -0.01, 999_999_999_999_999.0, 1_234_567_890_123.45, 0.000_001]);
    assert_eq!(texts(&cells[6..9]), ["9007199254740993", "12345678901234567890.12", "-1234567890123456"]);
    assert_eq!(cells[9].get_float(), Some(1e20));
    assert_eq!(texts(&cells[10..]), ["NaN", "Infinity", "-Infinity"]);
    assert_eq!(read[0].as_ref().unwrap().format, "#,##0.00");
    assert_eq!(read[7].as_ref().unwrap().kind, "text");
}

#[test]
fn whole_numbers_and_floats_are_read_in_all_widths() {
    for (select, expected) in [
        ("SELECT (-32768)::int2 AS v", -32768.0),
        ("SELECT 2147483647 AS v", 2_147_483_647.0),
        ("SELECT 4294967295::oid AS v", 4_294_967_295.0),
        ("SELECT 0.1::float4 AS v", 0.1),
        ("SELECT 1.7976931348623157e308::float8 AS v", f64::MAX),
        ("SELECT 5e-324::float8 AS v", 5e-324),
    ] {
        let (_scene, path) = report_of(select, "decimal");
        assert_eq!(number_of(&cells_of(&path)[0]), Some(expected), "{select}");
    }
}

#[test]
fn days_that_excel_can_not_show_are_iso_text() {
    let select =
        "SELECT v FROM unnest(ARRAY['1900-03-01', '9999-12-31', '1900-02-28', '1850-06-01', '0044-03-15 BC',
        '10000-01-01', 'infinity', '-infinity']::date[]) v";
    let (cells, read) = column(select, "date");
    assert_eq!(number_of(&cells[0]), Some(61.0));
    assert_eq!(number_of(&cells[1]), Some(2_958_465.0));
    let others = ["1900-02-28", "1850-06-01", "0044-03-15 BC", "10000-01-01", "infinity", "-infinity"];
    assert_eq!(texts(&cells[2..]), others);
    assert_eq!(read[0].as_ref().unwrap().value, "1900-03-01T00:00:00");
}

#[test]
fn instants_that_excel_can_not_show_are_iso_text() {
    let select = "SELECT v FROM unnest(ARRAY['1900-03-01 00:00+00', '1899-12-31 23:59:59.5+00', 'infinity',
        '-infinity', '10000-01-01 12:00+00', '294276-12-31 00:00+00']::timestamptz[]) v";
    let (cells, _) = column(select, "datetime");
    assert_eq!(number_of(&cells[0]), Some(61.0));
    let others = [
        "1899-12-31T23:59:59.500000",
        "infinity",
        "-infinity",
        "10000-01-01T12:00:00Z",
        "294276-12-31T00:00:00Z",
    ];
    assert_eq!(texts(&cells[1..]), others);
}

#[test]
fn times_truths_and_other_types_have_their_place() {
    let scene = Scene::empty();
    scene.database.sql("CREATE DOMAIN price AS numeric(8,2); CREATE TYPE mood AS ENUM ('glad', 'sad')");
    let report = OwnReport::of(
        "SELECT time '18:30' AS clock, time '24:00' AS midnight, true AS yes, 'sad'::mood AS mood, 7.25::price AS price,
         'ab'::char(4) AS padded, '{\"a\": 1}'::jsonb AS json, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS id,
         timestamp '2025-03-30 02:30' AS local, 42 AS number",
    )
    .column("clock", "time")
    .column("midnight", "time")
    .column("yes", "boolean")
    .column("mood", "text")
    .column("price", "money")
    .column("padded", "text")
    .column("json", "text")
    .column("id", "text")
    .column("local", "datetime")
    .column("number", "text");
    let program = scene.own(&report).args(["--timezone", "Europe/Berlin"]);
    let reading = Reading::read(&made(program));
    let sheet = reading.sheet("My own");
    let values: Vec<_> = sheet.rows[1].iter().flatten().map(|cell| cell.value.clone()).collect();
    let expected = serde_json::json!([
        "18:30:00",
        "24:00:00",
        true,
        "sad",
        7.25,
        "ab  ",
        "{\"a\": 1}",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "2025-03-30T02:30:00",
        "42"
    ]);
    assert_eq!(serde_json::Value::from(values), expected);
    // A time without a zone is shown as it is, and its header names none.
    assert_eq!(sheet.rows[0][8].as_ref().unwrap().value, "local");
}
