//! A month of the bench's data through the shipped program: peak memory, wall and CPU time, beside the floor, which
//! is `psql` that pulls the same rows and throws them away.
//!
//! `LANDFALL_REPORT_BENCH` names the folder with the bench's `gen.sql` and `report.sql` (`../shared/report-bench`
//! without it), `LANDFALL_REPORT_PROGRAM` the program (the static release build without it), and
//! `LANDFALL_BENCH_DATABASE_URL` a server that has the bench's data already; without it one is started and filled.
//! What is measured are other programs, so that the bench itself may be built without optimisation:
//! `cargo bench -p landfall-report --bench month --profile dev`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench is a program for people at a terminal")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use landfall_database::connect::Target;
use landfall_tests::postgres::{Database, Postgres};
use landfall_tests::{process, program, repository};
use secrecy::ExposeSecret;

const ROUNDS: usize = 5;
/// The bar: a month needs no more memory than this, however many rows it has.
const MOST_PEAK_BYTES: u64 = 12_000_000;
const MONTH: [&str; 4] = ["--start-date", "2025-06-01", "--end-date", "2025-06-30"];
const WITHIN: Duration = Duration::from_mins(5);

/// The bench's own columns, so that figures compare.
const COLUMNS: [(&str, &str, u32); 18] = [
    ("ticket_id", "integer", 10),
    ("booking_ref", "text", 15),
    ("booked_at", "datetime", 17),
    ("channel", "text", 12),
    ("status", "text", 11),
    ("passenger", "text", 26),
    ("email", "text", 32),
    ("tier", "text", 10),
    ("train_no", "text", 11),
    ("origin", "text", 22),
    ("destination", "text", 22),
    ("departs_at", "datetime", 17),
    ("class", "text", 10),
    ("seat", "text", 7),
    ("fare", "money", 11),
    ("tax", "money", 10),
    ("discount", "money", 10),
    ("paid_by", "text", 14),
];

const SUMMARY: &str = r#"
[summary]
rows = "Tickets"
plus = ["fare", "tax"]
minus = ["discount"]
day = "booked_at"
by = ["channel", "class"]
[[summary.chart]]
title = "Per day"
kind = "line"
by = "booked_at"
[[summary.chart]]
title = "By channel"
by = "channel"
[[summary.chart]]
title = "By class"
by = "class"
"#;

#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    wall_seconds: f64,
    cpu_seconds: f64,
    peak_bytes: u64,
    file_bytes: u64,
    rows: u64,
}

fn main() {
    let bench = env::var_os("LANDFALL_REPORT_BENCH")
        .map_or_else(|| repository::root().join("../shared/report-bench"), PathBuf::from);
    let Ok(sql) = fs::read_to_string(bench.join("report.sql")) else {
        println!(
            "skipped: {} has no report.sql; name the bench's folder in LANDFALL_REPORT_BENCH",
            bench.display()
        );
        return;
    };
    let program = program();
    assert!(
        program.is_file(),
        "{} isn't built; RUSTFLAGS=\"-C target-feature=+crt-static\" cargo build --release \
         --target x86_64-unknown-linux-gnu -p landfall-report --bin ticketing-report",
        program.display()
    );
    let server = Server::start(&bench);
    let folder = tempfile::tempdir().unwrap();
    let definition = definition(folder.path(), &sql);

    report(&program, &server, folder.path(), &definition);
    let (mut reports, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        reports.push(report(&program, &server, folder.path(), &definition));
        floors.push(floor(&server, &sql));
    }
    let (made, drained) = (median(&reports), median(&floors));
    println!("month of the bench: {} rows x {} columns, {ROUNDS} rounds, medians", made.rows, COLUMNS.len());
    println!(
        "  ticketing-report  wall {:.2} s  cpu {:.2} s  peak {:.1} MB  file {:.2} MB",
        made.wall_seconds,
        made.cpu_seconds,
        made.peak_bytes as f64 / 1e6,
        made.file_bytes as f64 / 1e6
    );
    println!("  floor             wall {:.2} s  cpu {:.2} s", drained.wall_seconds, drained.cpu_seconds);
    println!("  wall / floor      {:.2}", made.wall_seconds / drained.wall_seconds);
    let peak = reports.iter().map(|figures| figures.peak_bytes).max().unwrap_or_default();
    assert!(made.rows > 80_000, "the bench's month has about 84,000 rows, not {}", made.rows);
    assert!(peak <= MOST_PEAK_BYTES, "peak memory {peak} bytes is more than {MOST_PEAK_BYTES}");
}

fn program() -> PathBuf {
    if let Some(given) = env::var_os("LANDFALL_REPORT_PROGRAM") {
        return PathBuf::from(given);
    }
    // target/release/deps/month-0123 of this bench.
    let bench = env::current_exe().unwrap();
    let target = bench.ancestors().nth(3).unwrap();
    target.join("x86_64-unknown-linux-gnu/release/ticketing-report")
}

/// A server with the bench's data.
struct Server {
    variables: Vec<(String, String)>,
    /// Ends with the bench.
    _database: Option<(Database, Postgres)>,
}

impl Server {
    fn start(bench: &Path) -> Self {
        if let Ok(url) = env::var("LANDFALL_BENCH_DATABASE_URL") {
            return Self { variables: vec![("DATABASE_URL".to_owned(), url)], _database: None };
        }
        let settings = [
            ("shared_buffers", "1GB"),
            ("work_mem", "64MB"),
            ("jit", "off"),
            ("max_parallel_workers_per_gather", "0"),
        ];
        let options =
            settings.iter().fold(Postgres::options(), |options, (name, value)| options.setting(name, value));
        let server = options.start();
        let database = server.database("bench");
        println!("filling a database with 1,020,000 tickets");
        database.sql(&fs::read_to_string(bench.join("gen.sql")).unwrap());
        Self { variables: database.env(), _database: Some((database, server)) }
    }

    fn target(&self) -> Target {
        Target::from_environment(|name| {
            self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
        .unwrap()
    }
}

fn definition(folder: &Path, sql: &str) -> PathBuf {
    let mut toml = "name = \"bench\"\ntitle = \"Bench\"\nsheet = \"Tickets\"\n".to_owned();
    for (name, format, width) in COLUMNS {
        write!(toml, "[[column]]\nname = \"{name}\"\nformat = \"{format}\"\nwidth = {width}\n").unwrap();
    }
    toml.push_str(SUMMARY);
    let definition = folder.join("definition");
    fs::create_dir(&definition).unwrap();
    fs::write(definition.join("report.toml"), toml).unwrap();
    fs::write(definition.join("report.sql"), sql).unwrap();
    definition
}

fn report(program: &Path, server: &Server, folder: &Path, definition: &Path) -> Figures {
    let output = folder.join("bench.xlsx");
    let before = cpu_seconds();
    let started = Instant::now();
    let mut running = program::Program::at(program)
        .args(MONTH)
        .args(["--progress", "json", "--definition"])
        .arg(definition)
        .arg("--output")
        .arg(&output)
        .envs(server.variables.iter().map(|(name, value)| (name, value)))
        .env("DB_SSLMODE", "disable")
        .spawn();
    let mut peak_bytes = 0;
    while running.is_running() {
        peak_bytes = process::peak_memory_bytes(running.pid()).unwrap_or(0).max(peak_bytes);
        std::thread::sleep(Duration::from_millis(2));
    }
    let wall_seconds = started.elapsed().as_secs_f64();
    let finished = running.wait(WITHIN);
    assert_eq!(finished.code(), 0, "{finished}");
    let last = finished.json_lines().pop().unwrap();
    fs::remove_file(&output).unwrap();
    fs::remove_file(folder.join("bench.xlsx.json")).unwrap();
    Figures {
        wall_seconds,
        cpu_seconds: cpu_seconds() - before,
        peak_bytes,
        file_bytes: last["bytes"].as_u64().unwrap(),
        rows: last["rows"].as_u64().unwrap(),
    }
}

/// `psql` that asks for the rows in their binary form and throws them away.
fn floor(server: &Server, sql: &str) -> Figures {
    let target = server.target();
    let sql = sql
        .replace("$1", "timestamptz '2025-06-01 00:00+00'")
        .replace("$2", "timestamptz '2025-07-01 00:00+00'");
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--quiet", "--host", &target.host, "--port", &target.port.to_string()])
        .args(["--username", &target.user, "--dbname", &target.database])
        .args(["--command", &format!("COPY ({sql}) TO STDOUT (FORMAT binary)")])
        .env("PGSSLMODE", "disable")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if let Some(password) = &target.password {
        psql.env("PGPASSWORD", password.expose_secret());
    }
    let before = cpu_seconds();
    let started = Instant::now();
    assert!(psql.status().unwrap().success());
    Figures {
        wall_seconds: started.elapsed().as_secs_f64(),
        cpu_seconds: cpu_seconds() - before,
        ..Figures::default()
    }
}

/// User and system time of the children that ended (proc(5), `/proc/self/stat`: cutime, cstime), in seconds.
fn cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // Behind the name the fields begin with the third of the manual; cutime is its 16th.
    let at = 13;
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(at) + ticks(at + 1)) / TICKS_PER_SECOND
}

fn median(figures: &[Figures]) -> Figures {
    let mut sorted = figures.to_vec();
    sorted.sort_by(|left, right| left.wall_seconds.total_cmp(&right.wall_seconds));
    sorted[sorted.len() / 2]
}
