//! The vocabulary of these tests: a scene with a database and a reports folder, reports of one's own, tickets.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_core::code::Code;
use landfall_database::connect::{Target, connect};
use landfall_tests::postgres::{Database, Postgres};
use landfall_tests::program::{Finished, Program};
use landfall_tests::workbook::calamine::Data;
use serde_json::Value;
use tempfile::TempDir;

/// Long enough for a loaded machine; a run that takes it hangs.
pub(crate) const WITHIN: Duration = Duration::from_mins(2);

/// The period of the tickets of [`Scene::with_tickets`].
pub(crate) const JANUARY: [&str; 4] = ["--start-date", "2025-01-01", "--end-date", "2025-01-31"];

/// A database of its own, an empty reports folder, and a home without settings.
pub(crate) struct Scene {
    pub(crate) database: Database,
    reports: TempDir,
    home: TempDir,
}

impl Scene {
    pub(crate) fn empty() -> Self {
        Self::on(Postgres::shared())
    }

    pub(crate) fn on(server: &Postgres) -> Self {
        Self {
            database: server.database("report"),
            reports: tempfile::tempdir().unwrap(),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// With the product's own tables.
    pub(crate) fn migrated() -> Self {
        let scene = Self::empty();
        let target = target(&scene.database);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = connect(&target, "landfall-tests", WITHIN).await.unwrap();
            landfall_database::migrate::migrate(&mut connection.client).await.unwrap();
            connection.close().await;
        });
        scene
    }

    /// With `count` tickets spread over January 2025, and as many around it that no report of January may hold.
    pub(crate) fn with_tickets(count: u32) -> Self {
        let scene = Self::migrated();
        scene.database.sql(&tickets(count));
        scene
    }

    pub(crate) fn folder(&self) -> &Path {
        self.reports.path()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with this scene's database and folder; the period is still to be given.
    pub(crate) fn report(&self) -> Program {
        self.report_into(self.folder())
    }

    pub(crate) fn report_into(&self, output: &Path) -> Program {
        Program::named("ticketing-report")
            .envs(self.database.env())
            .env("LANDFALL_HOME", self.home.path())
            .env("HOME", self.home.path())
            .arg("--output")
            .arg(output)
    }

    pub(crate) fn january(&self) -> Program {
        self.report().args(JANUARY)
    }

    /// The built-in report of January, which must succeed.
    pub(crate) fn made(&self) -> PathBuf {
        made(self.january())
    }

    /// The names in the reports folder, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(self.folder())
    }

    /// Writes a definition of the user's own.
    pub(crate) fn define(&self, report: &OwnReport) {
        let folder = self.home.path().join("definitions").join(&report.name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("report.toml"), report.toml()).unwrap();
        fs::write(folder.join("report.sql"), &report.sql).unwrap();
    }

    /// The program for a report of one's own, over January.
    pub(crate) fn own(&self, report: &OwnReport) -> Program {
        self.define(report);
        self.january().args(["--definition", &report.name])
    }
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn target(database: &Database) -> Target {
    let variables = database.env();
    Target::from_environment(|name| {
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    })
    .unwrap()
}

/// Runs a report that must succeed; the path of its workbook.
pub(crate) fn made(program: Program) -> PathBuf {
    let finished = program.run(WITHIN);
    assert_eq!(finished.code(), 0, "{finished}");
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "the path is the only line on standard output: {finished}");
    PathBuf::from(lines[0])
}

/// Runs a report that must fail with `code`, saying `what`, and a hint; the folder must be left as it was.
pub(crate) fn fails(scene: &Scene, program: Program, code: Code, what: &str) {
    let before = scene.names();
    let finished = program.args(["--progress", "json"]).run(WITHIN);
    let exit = code.generator_exit().map_or(2, i32::from);
    assert_eq!(finished.code(), exit, "{finished}");
    let failed = last_event(&finished);
    assert_eq!(
        (failed["type"].as_str(), failed["code"].as_str()),
        (Some("failed"), Some(code.word().as_str()))
    );
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains(what), "{message}");
    assert!(!message.ends_with('.') && !failed["hint"].as_str().unwrap().is_empty(), "{failed}");
    assert!(
        !finished.to_string().contains(scene.database.password()),
        "no password may be shown: {finished}"
    );
    assert_eq!(scene.names(), before, "a failed run leaves nothing behind");
}

/// A cell as Excel counts: the number itself, or that of a day or time.
pub(crate) fn number_of(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        Data::DateTime(moment) => Some(moment.as_f64()),
        _ => None,
    }
}

pub(crate) fn last_event(finished: &Finished) -> Value {
    finished.json_lines().pop().unwrap_or_else(|| panic!("no event: {finished}"))
}

/// A definition of the user's own.
#[derive(Debug, Clone)]
pub(crate) struct OwnReport {
    name: String,
    columns: Vec<(String, String)>,
    sql: String,
    rest: String,
}

impl OwnReport {
    /// `sql` gives the rows; that it must use the period is seen to.
    pub(crate) fn of(select: &str) -> Self {
        Self {
            name: "own".to_owned(),
            columns: Vec::new(),
            sql: format!("SELECT * FROM (\n{select}\n) AS own_rows WHERE $1 < $2"),
            rest: String::new(),
        }
    }

    /// The whole text of report.sql.
    pub(crate) fn with_sql(mut self, sql: &str) -> Self {
        sql.clone_into(&mut self.sql);
        self
    }

    pub(crate) fn column(mut self, name: &str, format: &str) -> Self {
        self.columns.push((name.to_owned(), format.to_owned()));
        self
    }

    /// Further text of report.toml, after the columns.
    pub(crate) fn with(mut self, toml: &str) -> Self {
        self.rest.push_str(toml);
        self
    }

    pub(crate) fn toml(&self) -> String {
        let mut toml = format!("name = \"{}\"\ntitle = \"My own\"\n", self.name);
        for (name, format) in &self.columns {
            write!(toml, "[[column]]\nname = \"{name}\"\nformat = \"{format}\"\n").unwrap();
        }
        toml + &self.rest
    }
}

/// Three currencies, all states, channels and classes; instants on both edges of the month in UTC.
fn tickets(count: u32) -> String {
    format!(
        "INSERT INTO stations SELECT i, 'S' || lpad(i::text, 2, '0'), 'Station ' || i, 'City ' || i, 'UTC'
         FROM generate_series(0, 9) i;
         INSERT INTO routes SELECT i, i % 10, (i + 3) % 10, 'City ' || i % 10 || ' – City ' || (i + 3) % 10, 100.5
         FROM generate_series(1, 20) i;
         INSERT INTO trips SELECT i, 1 + i % 20, 'IC ' || i, t, t + interval '90 minutes'
         FROM generate_series(1, 60) i, LATERAL (SELECT timestamptz '2025-01-02 06:00+00' + i * interval '11 hours') x(t);
         INSERT INTO passengers SELECT i, 'Łucja O''Neill & Söhne ' || i, CASE WHEN i % 3 > 0 THEN 'p' || i || '@example.com' END,
           NULL, NULL, 'PL', CASE WHEN i % 2 = 0 THEN 'gold'::loyalty_tier END, timestamptz '2020-01-01 00:00+00'
         FROM generate_series(1, 50) i;
         INSERT INTO bookings SELECT i, 'REF' || i, (enum_range(NULL::sales_channel))[1 + i % 6],
           (enum_range(NULL::booking_status))[1 + (i / 2) % 5], (ARRAY['EUR', 'TRY', 'USD'])[1 + i % 3], 0,
           'b@example.com', NULL, NULL, t
         FROM generate_series(0, {count} * 2 - 1) i, LATERAL (SELECT CASE
           WHEN i = 0 THEN timestamptz '2025-01-01 00:00:00+00'
           WHEN i = 1 THEN timestamptz '2025-01-31 23:59:59.999999+00'
           WHEN i = {count} THEN timestamptz '2025-02-01 00:00:00+00'
           WHEN i = {count} + 1 THEN timestamptz '2024-12-31 23:59:59.999999+00'
           WHEN i < {count} THEN timestamptz '2025-01-01 00:00+00' + i * (interval '31 days' / {count})
           ELSE timestamptz '2025-03-01 00:00+00' + i * interval '1 minute' END) x(t);
         INSERT INTO tickets SELECT i, i, 1 + i % 50, 1 + i % 60, (enum_range(NULL::fare_class))[1 + i % 4],
           NULL, CASE WHEN i % 4 > 0 THEN i || 'A' END, (i % 900) + 0.37, round(i % 900 * 0.18, 2),
           CASE WHEN i % 5 = 0 THEN 1.01 END, b.created_at, NULL
         FROM bookings b, LATERAL (SELECT b.id) x(i);
         INSERT INTO payments (booking_id, method, status, amount) SELECT id, 'card', 'captured', 1 FROM bookings WHERE id % 7 > 0;
         INSERT INTO payments (booking_id, method, status, amount) SELECT id, 'cash', 'failed', 1 FROM bookings;
         ANALYZE;"
    )
}
