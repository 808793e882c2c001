//! More rows than a sheet holds.

use landfall_tests::workbook::Workbook;
use landfall_tests::workbook::calamine::DataType;

use crate::support::{OwnReport, Scene, WITHIN};
use std::time::Duration;

/// Excel's rows of a sheet, less the header.
const ROWS_OF_A_SHEET: usize = 1_048_575;

#[test]
fn the_row_after_the_last_one_of_a_sheet_opens_the_next() {
    let scene = Scene::empty();
    let rows = ROWS_OF_A_SHEET + 2;
    let report = OwnReport::of(&format!("SELECT n FROM generate_series(1, {rows}) n"))
        .column("n", "integer")
        .with("[summary]\nplus = [\"n\"]\n");
    let finished = scene.own(&report).args(["--progress", "json"]).run(Duration::from_mins(5));
    assert_eq!(finished.code(), 0, "{finished}");
    let last = crate::support::last_event(&finished);
    assert_eq!(last["rows"], rows);
    assert!(finished.stdout.contains("The rows fill 2 sheets"), "{finished}");
    let path = last["file"].as_str().unwrap();

    let workbook = Workbook::read(path.as_ref());
    assert_eq!(workbook.sheet_names(), ["My own", "My own (2)", "Summary"]);
    let number = |sheet: &str, row: usize| workbook.sheet(sheet).cell(row, 0).get_float();
    assert_eq!(workbook.sheet("My own").rows.len(), ROWS_OF_A_SHEET + 1);
    assert_eq!((number("My own", 1), number("My own", ROWS_OF_A_SHEET)), (Some(1.0), Some(1_048_575.0)));
    let second = workbook.sheet("My own (2)");
    assert_eq!((second.rows.len(), second.cell(0, 0).get_string()), (3, Some("n")));
    assert_eq!((number("My own (2)", 1), number("My own (2)", 2)), (Some(1_048_576.0), Some(1_048_577.0)));
    // The heads of both sheets: pane and filter stand before and behind the rows.
    let parts = Program::at("/usr/bin/python3".as_ref()).args(["-c", READ_ENDS]).arg(path).run(WITHIN);
    assert_eq!(parts.stdout.trim(), "A2 A1:A1048576\nA2 A1:A3", "{parts}");
}

use landfall_tests::program::Program;

/// Prints the frozen cell and the filter of each sheet of rows, from the XML itself.
const READ_ENDS: &str = r#"
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
    text = book.read(name).decode()
    print(re.search('topLeftCell="(\\w+)"', text)[1], re.search('<autoFilter ref="([^"]+)"', text)[1])
"#;
