//! Reports of the user's own: parameters, formats, and faults that only a database can find.

use landfall_core::code::Code;
use landfall_tests::workbook::calamine::DataType;
use landfall_tests::workbook::{Reading, Workbook};

use crate::support::{OwnReport, Scene, fails, made};

#[test]
fn parameters_are_bound_and_shown_on_summary() {
    let scene = Scene::empty();
    let report = OwnReport::of("")
        .with_sql(
            "SELECT $3 AS word, $4 + 1 AS number, $5 * 2 AS price, $6 + 1 AS day, NOT $7 AS flag, \
             $1::timestamptz AS from_, $2::timestamptz AS to_",
        )
        .column("word", "text")
        .column("number", "integer")
        .column("price", "decimal")
        .column("day", "date")
        .column("flag", "boolean")
        .column("from_", "datetime")
        .column("to_", "datetime")
        .with("[[parameter]]\nname = \"word\"\ntitle = \"The word\"\nallowed = [\"=1+1\", \"b\"]\n")
        .with("[[parameter]]\nname = \"number\"\ntype = \"integer\"\n")
        .with("[[parameter]]\nname = \"price\"\ntype = \"decimal\"\ndefault = \"0.10\"\n")
        .with("[[parameter]]\nname = \"day\"\ntype = \"date\"\ndefault = \"2024-02-28\"\n")
        .with("[[parameter]]\nname = \"flag\"\ntype = \"boolean\"\ndefault = \"false\"\n");
    let given = ["--param", "word==1+1", "--param", "number=41"];
    let reading = Reading::read(&made(scene.own(&report).args(given)));
    let row: Vec<_> =
        reading.sheet("My own").rows[1].iter().flatten().map(|cell| cell.value.clone()).collect();
    let expected = serde_json::json!([
        "=1+1",
        42,
        0.2,
        "2024-02-29T00:00:00",
        true,
        "2025-01-01T00:00:00",
        "2025-02-01T00:00:00"
    ]);
    assert_eq!(serde_json::Value::from(row), expected);
    let summary = &reading.sheet("Summary").rows;
    let shown = summary.iter().any(|row| {
        let text = |at: usize| row[at].as_ref().and_then(|cell| cell.value.as_str().map(str::to_owned));
        (text(0).as_deref(), text(1).as_deref()) == (Some("The word"), Some("=1+1"))
    });
    assert!(shown, "{summary:?}");

    let missing = scene.own(&report).args(["--param", "word=b"]);
    fails(&scene, missing, Code::Usage, "needs a value for \"number\"");
    let other = scene.own(&report).args(["--param", "word=c", "--param", "number=1"]);
    fails(&scene, other, Code::Usage, "is not one of the values");
}

#[test]
fn formats_widths_and_the_definitions_zone_reach_the_sheet() {
    let scene = Scene::empty();
    let report =
        OwnReport::of("SELECT timestamptz '2025-07-01 12:00+00' AS moment, 0.5 AS share, 12.5 AS price")
            .column("moment", "datetime")
            .column("share", "percent")
            .column("price", "[$€-2] #,##0.00")
            .with("width = 33\n");
    scene.define(&report);
    let toml = format!(
        "timezone = \"Asia/Tokyo\"\nfile_name = \"tokyo-{{run}}\"\nsheet = \"Blatt\"\n{}",
        report.toml()
    );
    std::fs::write(scene.home().join("definitions/own/report.toml"), toml).unwrap();
    let path = made(scene.january().args(["--definition", "own", "--run", "10001"]));
    assert!(path.ends_with("tokyo-10001.xlsx"), "{}", path.display());
    let reading = Reading::read(&path);
    let sheet = reading.sheet("Blatt");
    let cells: Vec<_> = sheet.rows[1].iter().flatten().collect();
    assert_eq!(cells[0].value, "2025-07-01T21:00:00");
    assert_eq!((cells[1].format.as_str(), cells[2].format.as_str()), ("0.00%", "[$€-2] #,##0.00"));
    assert_eq!(sheet.rows[0][0].as_ref().unwrap().value, "moment (Asia/Tokyo)");
    assert!(sheet.widths["C"] > 33.0 && sheet.widths["C"] < 34.0);
}

#[test]
fn a_folder_can_be_named_too() {
    let scene = Scene::empty();
    scene.define(&OwnReport::of("SELECT 1 AS a").column("a", "integer"));
    let folder = scene.home().join("definitions/own");
    let path = made(scene.january().arg("--definition").arg(folder));
    assert_eq!(Workbook::read(&path).sheet("My own").cell(1, 0).get_float(), Some(1.0));
}

#[test]
fn faults_that_only_a_database_finds_name_file_line_and_reason() {
    let scene = Scene::empty();
    for (report, what) in [
        (
            OwnReport::of("SELECT 1 AS a").column("b", "integer"),
            "report.sql: the query returns a column \"a\"",
        ),
        (
            OwnReport::of("SELECT 1 AS a").column("a", "integer").column("b", "integer"),
            "report.toml, line 6: the query returns no column \"b\"",
        ),
        (
            OwnReport::of("SELECT 1 AS a, 2 AS b")
                .with_sql("SELECT 1 AS a, 2 AS a WHERE $1 < $2")
                .column("a", "text"),
            "two columns",
        ),
        (
            OwnReport::of("SELECT '{}'::text[] AS a").column("a", "text"),
            "report.toml, line 3: the column \"a\" is of type _text",
        ),
        (OwnReport::of("SELECT interval '1 day' AS a").column("a", "text"), "is of type interval"),
        (OwnReport::of("SELECT 'x' AS a").column("a", "money"), "which its format can't show"),
        (
            OwnReport::of("SELECT 1.5::float8 AS a").column("a", "money").with("[summary]\nplus = [\"a\"]\n"),
            "not an exact number",
        ),
        (
            OwnReport::of("SELECT 1 AS a")
                .column("a", "integer")
                .with("[summary]\nplus = [\"a\"]\nday = \"a\"\n"),
            "neither date nor timestamp",
        ),
        (
            OwnReport::of("SELECT x FROM nothing").column("x", "text"),
            "report.sql, line 2, column 15: relation \"nothing\"",
        ),
        (
            OwnReport::of("SELECT 1 AS a FROM generate_series(1,2").column("a", "integer"),
            "report.sql, line 3, column 28: syntax error",
        ),
        (
            OwnReport::of("")
                .with_sql(
                    "WITH gone AS (DELETE FROM pg_class RETURNING 1 AS a) SELECT a FROM gone WHERE $1 < $2",
                )
                .column("a", "integer"),
            "read-only transaction",
        ),
    ] {
        fails(&scene, scene.own(&report), Code::Definition, what);
    }
}
