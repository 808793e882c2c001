//! Every exit code of the contract, provoked, each with its message and a hint.

use std::net::TcpListener;

use landfall_core::code::Code;
use landfall_tests::postgres::Postgres;
use landfall_tests::until;

use crate::support::{JANUARY, OwnReport, Scene, WITHIN, fails, last_event, names_in};

#[test]
fn a_good_run_ends_with_0_and_tells_its_phases() {
    let scene = Scene::with_tickets(50);
    let finished = scene.january().args(["--run", "10001", "--progress", "json"]).run(WITHIN);
    assert_eq!(finished.code(), 0, "{finished}");
    let events = finished.json_lines();
    let phases: Vec<&str> = events.iter().filter_map(|event| event["phase"].as_str()).collect();
    let expected = ["connecting", "querying", "writing-rows", "finishing", "checking", "publishing"];
    assert_eq!(phases, expected);
    let last = last_event(&finished);
    let file = scene.folder().join("ticketing-report-2025-01-01-to-2025-01-31-10001.xlsx");
    assert_eq!(last["file"].as_str(), file.to_str());
    assert_eq!(last["rows"], 50);
    assert!(finished.stderr.is_empty(), "{finished}");
}

#[test]
fn dates_that_make_no_sense_are_10() {
    let scene = Scene::empty();
    for (start, end, what) in [
        ("2025-02-31", "2025-03-01", "does not exist in the calendar"),
        ("2025-01-31", "2025-01-01", "lies before the start"),
        ("31.01.2025", "2025-02-01", "is not a date"),
        ("2999-01-01", "2999-01-31", "lies in the future"),
    ] {
        fails(&scene, scene.report().args(["--start-date", start, "--end-date", end]), Code::Dates, what);
    }
}

#[test]
fn an_end_in_the_future_is_set_back_to_today_and_said() {
    let scene = Scene::with_tickets(50);
    let options = ["--today", "2025-01-10", "--run", "10001", "--progress", "json"];
    let finished = scene.january().args(options).run(WITHIN);
    assert_eq!(finished.code(), 0, "{finished}");
    assert!(finished.stdout.contains("set back to 2025-01-10"), "{finished}");
    assert!(scene.names()[0].contains("2025-01-01-to-2025-01-10-10001"), "{finished}");
}

#[test]
fn a_database_that_can_not_be_reached_is_11() {
    let scene = Scene::empty();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    fails(
        &scene,
        scene.january().env("DB_PORT", free.to_string()),
        Code::DatabaseUnreachable,
        "can't be reached",
    );
    let unknown = scene.january().env("DB_HOST", "no-such-host.invalid");
    fails(&scene, unknown, Code::DatabaseUnreachable, "is not known");
}

#[test]
fn a_wrong_or_missing_password_is_12() {
    let scene = Scene::empty();
    fails(&scene, scene.january().env("DB_PASSWORD", "wrong"), Code::WrongPassword, "refused the user");
    fails(&scene, scene.january().env("DB_PASSWORD", ""), Code::WrongPassword, "none is given");
    fails(&scene, scene.january().env("DB_USER", "nobody"), Code::WrongPassword, "nobody");
}

#[test]
fn a_missing_database_is_13() {
    let scene = Scene::empty();
    fails(&scene, scene.january().env("DB_NAME", "elsewhere"), Code::DatabaseMissing, "elsewhere");
}

#[test]
fn missing_tables_are_14_also_for_a_report_of_ones_own() {
    let scene = Scene::empty();
    fails(&scene, scene.january(), Code::TableMissing, "tickets");
    let own = OwnReport::of("SELECT id FROM public.bookings").column("id", "integer");
    fails(&scene, scene.own(&own), Code::TableMissing, "bookings");
}

#[test]
fn a_query_that_the_server_ends_is_15() {
    let scene = Scene::empty();
    let slow = OwnReport::of("SELECT pg_sleep(60)::text AS nap").column("nap", "text");
    let name = scene.database.name();
    scene.database.sql(&format!("ALTER DATABASE \"{name}\" SET statement_timeout = '200ms'"));
    fails(&scene, scene.own(&slow), Code::CancelledByServer, "statement timeout");

    scene.database.sql(&format!("ALTER DATABASE \"{name}\" RESET statement_timeout"));
    let running = scene.own(&slow).args(["--progress", "json"]).spawn();
    let active = format!(
        "FROM pg_stat_activity WHERE datname = '{name}' AND state = 'active' AND query LIKE '%pg_sleep%' \
         AND application_name LIKE 'Landfall ticketing-report %'"
    );
    until(WITHIN, "the query at work", || scene.database.sql(&format!("SELECT count(*) {active}")) == "1");
    scene.database.sql(&format!("SELECT pg_terminate_backend(pid) {active}"));
    let finished = running.wait(WITHIN);
    assert_eq!(finished.code(), 15, "{finished}");
    assert_eq!(scene.names(), Vec::<String>::new());
}

#[test]
fn a_folder_that_can_not_be_written_is_16() {
    let scene = Scene::with_tickets(5);
    let into = |path: &str| scene.report_into(path.as_ref()).args(JANUARY);
    fails(&scene, into("/nowhere/at/all"), Code::TargetNotWritable, "is not there");
    fails(&scene, into("/etc/passwd"), Code::TargetNotWritable, "is not a folder");
    fails(&scene, into("/proc/self"), Code::TargetNotWritable, "can't be created");
}

#[test]
fn a_wrong_definition_is_18_with_file_line_and_reason() {
    let scene = Scene::empty();
    let report = OwnReport::of("SELECT 1 AS a,\n nonsense(2) AS b").column("a", "integer");
    fails(
        &scene,
        scene.own(&report),
        Code::Definition,
        "report.sql, line 3, column 2: function nonsense(integer)",
    );
    fails(&scene, scene.january().args(["--definition", "nothing"]), Code::Definition, "there is no report");
}

#[test]
fn other_errors_of_the_database_are_19() {
    let scene = Scene::with_tickets(5);
    let zero = OwnReport::of("SELECT 1 / (n - n) AS a FROM generate_series(1, 3) n").column("a", "integer");
    fails(&scene, scene.own(&zero), Code::DatabaseError, "division by zero");

    let role = Postgres::shared().role("pass");
    let stranger = scene.january().env("DB_USER", &role).env("DB_PASSWORD", "pass");
    fails(&scene, stranger, Code::DatabaseError, "permission denied");
}

#[test]
fn wrong_usage_is_2() {
    let scene = Scene::empty();
    for arguments in [
        vec![],
        vec!["--current-month", "--previous-month"],
        vec!["--start-date", "2025-01-01"],
        vec!["--current-month", "--start-date", "2025-01-01", "--end-date", "2025-01-02"],
        vec!["--current-month", "--param", "novalue"],
        vec!["--current-month", "--progress", "xml"],
    ] {
        let finished = scene.report().args(&arguments).run(WITHIN);
        assert_eq!(finished.code(), 2, "{finished}");
        assert!(!finished.stderr.is_empty() && finished.stdout.is_empty(), "{finished}");
    }
    fails(&scene, scene.january().args(["--timezone", "Europe/Nowhere"]), Code::Usage, "is not a time zone");
    fails(&scene, scene.january().args(["--param", "shop=1"]), Code::Usage, "has no parameter \"shop\"");
    fails(&scene, scene.january().env("DB_SSLMODE", "maybe"), Code::Usage, "is not an sslmode");
    fails(&scene, scene.january().env("DB_PORT", "http"), Code::Usage, "is not a port");
}

#[test]
fn people_read_plain_lines_with_a_hint() {
    let scene = Scene::empty();
    let finished = scene.january().env("DB_PASSWORD", "wrong").run(WITHIN);
    assert_eq!(finished.code(), 12, "{finished}");
    assert!(finished.stderr.contains("error: the database refused the user"), "{finished}");
    assert!(finished.stderr.contains("hint: Check DB_USER and DB_PASSWORD"), "{finished}");
    assert!(finished.stdout.is_empty() && !finished.stderr.contains("wrong"), "{finished}");
}

#[test]
fn help_and_version_need_no_database() {
    let scene = Scene::empty();
    let help = scene.report().arg("--help").run(WITHIN);
    assert!(help.code() == 0 && help.stdout.contains("--previous-month") && !help.stdout.contains("--owned"));
    assert_eq!(scene.report().arg("--version").run(WITHIN).code(), 0);
    assert_eq!(names_in(scene.folder()), Vec::<String>::new());
}
