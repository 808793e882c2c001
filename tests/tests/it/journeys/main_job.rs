//! The main job: one command on a fresh computer, and a correct report lies in the home folder.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use landfall_core::definition::Definition;
use landfall_tests::program::{Program, Running};
use landfall_tests::workbook::{Cell, Reading};
use serde_json::Value;

use super::vocabulary::{COMMAND_WITHIN, Computer};

#[test]
fn one_command_makes_a_report_that_equals_the_database_cell_by_cell() {
    let computer = Computer::fresh();
    let finished = computer.runs("report run --previous-month --timezone Europe/Rome");
    assert_eq!(finished.code(), 0, "{finished}");
    let path = PathBuf::from(finished.stdout.lines().last().expect("the path of the workbook"));
    assert_eq!(path.parent(), Some(computer.home.reports().as_path()));

    let workbook = Reading::read(&path);
    let names: Vec<&str> = workbook.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Tickets", "Summary"]);
    let tickets = workbook.sheet("Tickets");
    assert_eq!(tickets.frozen.as_deref(), Some("A2"));
    assert!(tickets.filter.is_some());
    assert_eq!(workbook.sheet("Summary").charts.len(), 3);

    let definition = Definition::built_in().expect("it is tested elsewhere");
    let run = &computer.list()[0];
    computer.succeeds("engine stop");
    let database = SampleDatabase::of(&computer);
    let wanted = database.rows(run);
    assert!(wanted.len() > 1_000, "only {} rows", wanted.len());
    assert_eq!(tickets.rows.len() - 1, wanted.len());
    assert_eq!(run["rows"], wanted.len());
    let columns: Vec<String> = definition.columns.iter().map(|column| column.name.clone()).collect();
    for (number, (cells, wanted)) in tickets.rows[1..].iter().zip(&wanted).enumerate() {
        for (index, name) in columns.iter().enumerate() {
            let value = &wanted[name];
            let cell = cells.get(index).and_then(Option::as_ref);
            assert!(agrees(cell, value), "row {number}, {name}: {cell:?} is not {value}");
        }
    }
    database.stop();
    computer.comes_to_rest();
}

/// Whether a cell shows the value that the database has.
fn agrees(cell: Option<&Cell>, value: &Value) -> bool {
    let Some(cell) = cell else { return value.is_null() };
    match (cell.kind.as_str(), value) {
        ("number", Value::Number(number)) => {
            let (seen, wanted) = (cell.value.as_f64(), number.as_f64());
            seen.zip(wanted).is_some_and(|(seen, wanted)| (seen - wanted).abs() < 1e-9)
        }
        ("date", Value::String(text)) => {
            // openpyxl gives milliseconds; the database up to microseconds.
            let seen = cell.value.as_str().unwrap_or_default().replace(' ', "T");
            let millis = |text: &str| {
                let text = if text.contains('.') { text.to_owned() } else { format!("{text}.0") };
                format!("{text:0<23}")[..23].to_owned()
            };
            close(&millis(&seen), &millis(text))
        }
        ("text", Value::String(text)) => cell.value.as_str() == Some(text),
        _ => false,
    }
}

/// Equal but for the rounding of the last millisecond.
fn close(seen: &str, wanted: &str) -> bool {
    let split = |text: &str| (text[..19].to_owned(), text[20..].parse::<i64>().unwrap_or(-9));
    let ((seen, seen_millis), (wanted, wanted_millis)) = (split(seen), split(wanted));
    seen == wanted && (seen_millis - wanted_millis).abs() <= 1
}

/// The sample database by itself, read by psql: neither our client nor our decoder.
struct SampleDatabase {
    process: Running,
    ready: Value,
}

impl SampleDatabase {
    fn of(computer: &Computer) -> Self {
        let process = Program::named("landfall-sampledb")
            .arg("--data")
            .arg(computer.home.data().join("sample"))
            .envs(computer.home.env())
            .spawn();
        let line = process.line(COMMAND_WITHIN, "its address", |line| line.contains("\"ready\""));
        Self { ready: serde_json::from_str(&line).expect("JSON"), process }
    }

    fn rows(&self, run: &Value) -> Vec<Value> {
        let day = |name: &str| run["period"][name].as_str().expect("a day").to_owned();
        let zone = run["timezone"].as_str().expect("a zone");
        let from = format!("timestamp '{} 00:00' AT TIME ZONE '{zone}'", day("from"));
        let to = format!("(timestamp '{} 00:00' + interval '1 day') AT TIME ZONE '{zone}'", day("to"));
        // As local times without zone, which is what a workbook can show.
        let sql = Definition::built_in_files()
            .1
            .replace("$1", &from)
            .replace("$2", &to)
            .replace("b.created_at    AS booked_at", "b.created_at AT TIME ZONE 'ZONE' AS booked_at")
            .replace("tr.departs_at,", "tr.departs_at AT TIME ZONE 'ZONE' AS departs_at,")
            .replace("'ZONE'", &format!("'{zone}'"));
        let output = Command::new("psql")
            .args(["-X", "-q", "-A", "-t", "-h", self.ready["host"].as_str().expect("a host")])
            .args(["-p", &self.ready["port"].to_string()])
            .args(["-U", self.ready["user"].as_str().expect("a user")])
            .args(["-d", self.ready["database"].as_str().expect("a database")])
            .args(["-c", &format!("SELECT row_to_json(report) FROM ({sql}) AS report")])
            .env("PGSSLMODE", "disable")
            .output()
            .expect("psql starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
    }

    fn stop(self) {
        self.process.terminate();
        self.process.wait(Duration::from_secs(10));
    }
}
