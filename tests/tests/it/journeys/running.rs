//! Runs: made, shown, cancelled, repeated, deleted.

use std::time::Duration;

use landfall_tests::until;

use super::vocabulary::Computer;

#[test]
fn a_run_can_be_listed_shown_and_read() {
    let computer = Computer::with_sample();
    let run = computer.makes("report run --previous-month");
    let number = run["number"].as_u64().expect("a number");
    assert_eq!(number, 10_000);
    assert_eq!(run["state"], "succeeded");
    let shown = computer.run(number);
    assert_eq!(shown["sha256"], run["sha256"]);
    let phases: Vec<&str> =
        shown["steps"].as_array().expect("steps").iter().filter_map(|step| step["phase"].as_str()).collect();
    let wanted = [
        "queued",
        "starting-database",
        "connecting",
        "querying",
        "writing-rows",
        "finishing",
        "checking",
        "publishing",
    ];
    assert_eq!(phases, wanted);
    let log = computer.succeeds(&format!("report logs {number}"));
    assert!(log.contains("Writing rows"), "{log}");
    assert!(computer.succeeds("report list").contains("10000"));
}

#[test]
fn ctrl_c_cancels_the_run_of_that_terminal_and_leaves_nothing() {
    let computer = Computer::with_sample();
    let running = computer.starts("report run --previous-month");
    until(Duration::from_mins(1), "the run to be in the ledger", || !computer.list().is_empty());
    running.interrupt();
    let finished = running.wait(Duration::from_secs(30));
    assert_eq!(finished.code(), 130, "{finished}");
    assert_eq!(computer.run(10_000)["state"], "cancelled");
    assert!(computer.workbooks().is_empty());
    assert!(computer.home.temporary_files().is_empty());
    // The sample database is usable again.
    assert_eq!(computer.makes("report run --previous-month")["state"], "succeeded");
}

#[test]
fn the_same_request_offers_the_file_that_is_there() {
    let computer = Computer::with_sample();
    let first = computer.makes("report run --previous-month");
    let path = computer.succeeds("report run --previous-month --reuse");
    assert!(path.trim_end().ends_with(first["file"].as_str().expect("a file")), "{path}");
    let again = computer.makes("report run --previous-month");
    assert_eq!(again["number"], 10_001);
    assert_eq!(computer.workbooks().len(), 2);
}

#[test]
fn a_deleted_report_is_in_the_trash_and_its_run_stays() {
    let computer = Computer::with_sample();
    let run = computer.makes("report run --previous-month");
    let refused = computer.runs("report delete 10000");
    assert_eq!(refused.code(), 4, "without a terminal it must not delete unasked: {refused}");
    computer.succeeds("report delete 10000 --yes");
    assert!(computer.workbooks().is_empty());
    let shown = computer.run(10_000);
    assert_eq!(shown["state"], "succeeded");
    assert!(["trashed", "deleted"].contains(&shown["fileState"].as_str().unwrap_or_default()), "{shown}");
    let trash = computer.home.path().join(".local/share/Trash/files");
    if shown["fileState"] == "trashed" {
        assert!(trash.join(run["file"].as_str().expect("a file")).is_file());
    }
}

#[test]
fn bad_requests_are_refused_before_anything_begins() {
    let computer = Computer::with_sample();
    for (arguments, code, exit) in [
        ("--start-date 2025-02-31 --end-date 2025-03-01", "dates", 1),
        ("--start-date 2025-02-02 --end-date 2025-02-01", "dates", 1),
        ("--start-date 2999-01-01 --end-date 2999-01-02", "dates", 1),
        ("--previous-month --timezone Mars/Olympus", "usage", 2),
        ("--previous-month --definition nothing-of-that-name", "not-found", 3),
        ("--previous-month --output /nowhere/at/all", "folder-missing", 1),
    ] {
        let finished = computer.runs(&format!("report run {arguments} --json"));
        assert_eq!(finished.code(), exit, "{finished}");
        let error: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
        assert_eq!(error["error"]["code"], code, "{arguments}: {error}");
        assert_ne!(error["error"]["hint"], "", "{arguments}");
    }
    assert!(computer.list().is_empty(), "a refused request is not a run");
}

#[test]
fn the_engine_goes_15_seconds_after_the_last_door() {
    let computer = Computer::with_sample();
    computer.succeeds("report list");
    computer.has_one_engine();
    let left = std::time::Instant::now();
    until(Duration::from_secs(25), "the engine to go", || computer.engines().is_empty());
    assert!(left.elapsed() > Duration::from_secs(12), "gone after {:?}", left.elapsed());
}
