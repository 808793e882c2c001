//! What every door owes a person: nothing is lost unasked, and every trouble is said with what to do about it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use landfall_tests::program::Running;
use landfall_tests::until;
use serde_json::Value;

use super::vocabulary::{Computer, put, some_workbook};

fn with_a_report() -> (Computer, Value) {
    let computer = Computer::with_sample();
    let run = computer.makes("report run --previous-month");
    (computer, run)
}

fn file_of(run: &Value) -> &str {
    run["file"].as_str().expect("a file")
}

fn changes_folder(computer: &Computer, to: &Path, existing: &str) {
    computer.succeeds(&format!("settings set reports.folder {} --existing {existing}", to.display()));
}

/// A `landfall watch` that has had its first look at every folder.
fn watching(computer: &Computer) -> Running {
    let watch = computer.starts("watch --json");
    until(Duration::from_secs(20), "the folders to be watched", || {
        let said = computer.runs("engine status --json").stdout;
        let status: Value = serde_json::from_str(&said).unwrap_or_default();
        let folders = status["status"]["folders"].as_array().cloned().unwrap_or_default();
        !folders.is_empty() && folders.iter().all(|folder| folder["state"]["state"] == "events")
    });
    watch
}

#[test]
fn reports_move_to_another_folder_with_their_descriptions() {
    let (computer, run) = with_a_report();
    let other = computer.home.path().join("Other reports").join("finance");
    let moved = computer
        .landfall("settings set reports.folder")
        .arg(&other)
        .args(["--existing", "move"])
        .run(super::vocabulary::COMMAND_WITHIN);
    assert_eq!(moved.code(), 0, "{moved}");
    assert!(other.join(file_of(&run)).is_file());
    assert!(other.join(format!("{}.json", file_of(&run))).is_file());
    assert!(computer.workbooks().is_empty());
    assert_eq!(computer.run(10_000)["folder"], other.display().to_string());
    assert_eq!(computer.run(10_000)["fileState"], "present");
    let next = computer.makes("report run --previous-month");
    assert_eq!(next["folder"], other.display().to_string());
}

#[test]
fn the_folder_that_is_left_is_watched_on_if_that_is_wanted() {
    for (existing, watched) in [("keep", false), ("watch-both", true)] {
        let (computer, _) = with_a_report();
        changes_folder(&computer, &computer.home.path().join("new"), existing);
        assert_eq!(computer.workbooks().len(), 1, "{existing}: reports stay");
        let watch = watching(&computer);
        put(&computer.home.reports(), "old-place.xlsx", &some_workbook("old"));
        put(&computer.home.path().join("new"), "new-place.xlsx", &some_workbook("new"));
        until(Duration::from_secs(20), "the file in the new folder", || watch.stdout().contains("new-place"));
        if watched {
            until(Duration::from_secs(20), "the file in the old folder", || {
                watch.stdout().contains("old-place")
            });
        } else {
            assert!(!watch.stdout().contains("old-place"), "{}", watch.stdout());
        }
    }
}

#[test]
fn another_folder_is_not_taken_unasked_and_a_cloud_folder_warns() {
    let (computer, _) = with_a_report();
    let cloud = computer.home.path().join("OneDrive/reports");
    let refused = computer.runs(&format!("settings set reports.folder {}", cloud.display()));
    assert_eq!(refused.code(), 4, "{refused}");
    let warned = computer.runs(&format!("settings set reports.folder {} --existing keep", cloud.display()));
    assert_eq!(warned.code(), 0, "{warned}");
    assert!(warned.stderr.contains("OneDrive"), "{warned}");
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_and_nothing_changes() {
    let (computer, run) = with_a_report();
    let file = computer.home.path().join("a file");
    fs::write(&file, "").expect("our own folder");
    let refused = computer
        .landfall("settings set reports.folder")
        .arg(file.join("below"))
        .args(["--existing", "move", "--json"])
        .run(super::vocabulary::COMMAND_WITHIN);
    assert_eq!(refused.code(), 1, "{refused}");
    assert!(refused.stdout.contains("target-not-writable"), "{refused}");
    assert_eq!(computer.workbooks(), [file_of(&run)]);
}

/// A home in which nothing can be put into the trash.
fn without_trash() -> (Computer, Value) {
    let (computer, run) = with_a_report();
    let share = computer.home.path().join(".local/share");
    fs::create_dir_all(&share).expect("our own folder");
    fs::write(share.join("Trash"), "not a folder").expect("our own folder");
    (computer, run)
}

#[test]
fn without_a_trash_there_are_eight_seconds_to_keep_the_file() {
    let (computer, run) = without_trash();
    let deleting = computer.starts("report delete 10000 --yes");
    until(Duration::from_secs(20), "the countdown", || deleting.stderr().contains("Ctrl+C"));
    deleting.interrupt();
    assert_eq!(deleting.wait(Duration::from_secs(20)).code(), 130);
    assert_eq!(computer.workbooks(), [file_of(&run)]);
    assert_eq!(computer.run(10_000)["fileState"], "present");
}

#[test]
fn without_a_trash_the_file_goes_after_eight_seconds() {
    let (computer, _) = without_trash();
    let begun = Instant::now();
    computer.succeeds("report delete 10000 --yes");
    assert!(begun.elapsed() >= Duration::from_secs(8), "gone after {:?}", begun.elapsed());
    assert!(computer.workbooks().is_empty());
    assert_eq!(computer.run(10_000)["fileState"], "deleted");
}

#[test]
fn starting_over_removes_landfalls_own_data_and_never_reports() {
    let (computer, run) = with_a_report();
    computer.succeeds("settings set desktop.theme dark");
    let refused = computer.runs("settings start-over");
    assert_eq!(refused.code(), 4, "{refused}");
    computer.succeeds("settings start-over --yes");
    assert!(!computer.home.data().join("ledger.sqlite3").exists());
    assert!(!computer.home.data().join("sample").exists());
    assert_eq!(computer.workbooks(), [file_of(&run)]);
    assert_eq!(computer.succeeds("settings get desktop.theme").trim(), "dark");
    // The reports tell the new ledger what they are.
    assert_eq!(computer.run(10_000)["sha256"], run["sha256"]);
    assert_eq!(computer.makes("report run --previous-month")["number"], 10_001);
}

#[test]
fn a_lost_ledger_is_made_anew_from_the_reports_and_a_newer_one_is_left_alone() {
    let (computer, run) = with_a_report();
    computer.succeeds("engine stop");
    until(Duration::from_secs(20), "the engine to be gone", || computer.engines().is_empty());
    let ledger = computer.home.data().join("ledger.sqlite3");
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", ledger.display()));
    }
    fs::write(&ledger, "this is no database, but somebody's notes").expect("our own folder");
    assert_eq!(computer.run(10_000)["sha256"], run["sha256"]);
    let set_aside = fs::read_dir(computer.home.data()).expect("our own folder").flatten();
    let kept = set_aside.filter(|entry| entry.file_name().to_string_lossy().contains("damaged")).count();
    assert_eq!(kept, 1, "what was there is kept");
}

#[test]
fn details_of_an_error_can_be_copied_and_hold_no_secret() {
    let computer = Computer::fresh()
        .with_environment(vec![("LANDFALL_DB_PASSWORD".to_owned(), "hunter-2-secret".to_owned())]);
    computer.succeeds("settings set database.source server");
    computer.succeeds("settings set database.port 1");
    let failed = computer.runs("report run --previous-month --details");
    assert_eq!(failed.code(), 1, "{failed}");
    let said = format!("{}{}", failed.stdout, failed.stderr);
    assert!(said.contains("database-unreachable"), "{said}");
    assert!(!said.contains("hunter-2-secret"), "{said}");
    assert!(
        !said.contains(&computer.home.path().display().to_string()),
        "the home folder is shown as ~: {said}"
    );
}

#[test]
fn a_bad_line_of_the_settings_is_named_and_the_file_is_never_overwritten() {
    let computer = Computer::fresh();
    let file = computer.home.data().join("settings.toml");
    let text = "# mine\n[watch]\nmode = \"fast\"\n";
    fs::write(&file, text).expect("our own folder");
    let listed = computer.runs("settings list");
    assert!(format!("{}{}", listed.stdout, listed.stderr).contains("line 3"), "{listed}");
    computer.succeeds("settings set desktop.theme dark");
    let after = fs::read_to_string(&file).expect("our own folder");
    assert!(after.starts_with(text), "{after}");
    fs::write(&file, "watch = = 1").expect("our own folder");
    let refused = computer.runs("settings set desktop.theme light");
    assert_eq!(refused.code(), 1, "{refused}");
    assert_eq!(fs::read_to_string(&file).expect("our own folder"), "watch = = 1");
}

#[test]
fn settings_that_may_hide_the_database_make_no_report_from_sample_data() {
    let computer = Computer::with_sample();
    let file = computer.home.data().join("settings.toml");
    for text in ["[database]\nsource = \"serverr\"\n", "[database]\nsource = \"server\"\nhost = \"prod\n"] {
        fs::write(&file, text).expect("our own folder");
        let refused = computer.runs("report run --previous-month --json");
        assert_eq!(refused.code(), 1, "{refused}");
        assert!(refused.stdout.contains("\"settings\""), "{refused}");
    }
    assert!(computer.workbooks().is_empty());
}

#[test]
fn a_folder_that_another_ledger_writes_to_gets_a_report_of_its_own() {
    let (computer, first) = with_a_report();
    // The same person with another data folder, whose ledger begins at the same number.
    let other = Computer::with_sample();
    let shared = computer.home.reports();
    let run = other.makes(&format!(
        "report run --previous-month --timezone America/New_York --output {}/",
        shared.display()
    ));
    assert_eq!((&run["number"], &run["timezone"]), (&Value::from(10_001), &Value::from("America/New_York")));
    assert_ne!(run["sha256"], first["sha256"]);
    assert_eq!(run["folder"], shared.display().to_string(), "a slash at the end is no other folder");
    assert_eq!(computer.workbooks().len(), 2);
}

#[test]
fn a_report_that_moves_back_is_not_told_again() {
    let (computer, _) = with_a_report();
    let old = computer.home.reports();
    changes_folder(&computer, &computer.home.path().join("new"), "watch-both");
    let watch = watching(&computer);
    let run = computer.makes("report run --previous-month --again");
    let told = || watch.stdout().lines().filter(|line| line.contains(file_of(&run))).count();
    until(Duration::from_secs(20), "the report to be told", || told() == 1);
    changes_folder(&computer, &old, "move");
    put(&old, "next.xlsx", &some_workbook("next"));
    until(Duration::from_secs(20), "a later file to be told", || watch.stdout().contains("next.xlsx"));
    assert_eq!(told(), 1, "{}", watch.stdout());
}
