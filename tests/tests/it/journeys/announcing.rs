//! Finished spreadsheets are told once: by events, across restarts, and not where they are the user's own.

use std::fs;
use std::time::Duration;

use landfall_tests::program::Running;
use landfall_tests::until;

use super::vocabulary::{Computer, put, some_workbook};

const TOLD_WITHIN: Duration = Duration::from_secs(20);

fn lines(watch: &Running, word: &str) -> usize {
    watch.stdout().lines().filter(|line| line.contains(word)).count()
}

fn watching(computer: &Computer) -> Running {
    fs::create_dir_all(computer.home.reports()).expect("our own folder");
    let watch = computer.starts("watch --json");
    first_look_is_over(computer);
    watch
}

fn first_look_is_over(computer: &Computer) {
    until(TOLD_WITHIN, "the first look at the folder", || {
        // There is none in the first moment, and then the command says so by its exit code.
        let said = computer.runs("engine status --json").stdout;
        let status: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
        status["status"]["folders"][0]["state"]["state"] == "events"
    });
}

#[test]
fn a_finished_file_is_told_once_also_when_the_engine_is_killed_in_between() {
    let computer = Computer::fresh();
    let watch = watching(&computer);
    put(&computer.home.reports(), "a.xlsx", &some_workbook("a"));
    until(TOLD_WITHIN, "a.xlsx to be told", || lines(&watch, "a.xlsx") == 1);
    computer.kill_engine();
    put(&computer.home.reports(), "b.xlsx", &some_workbook("b"));
    until(TOLD_WITHIN, "b.xlsx to be told", || lines(&watch, "b.xlsx") == 1);
    computer.succeeds("report list");
    assert_eq!((lines(&watch, "a.xlsx"), lines(&watch, "b.xlsx")), (1, 1), "{}", watch.stdout());
}

#[test]
fn what_lay_there_before_is_silent_and_what_came_while_nothing_ran_is_one_digest() {
    let computer = Computer::fresh();
    fs::create_dir_all(computer.home.reports()).expect("our own folder");
    put(&computer.home.reports(), "old.xlsx", &some_workbook("old"));
    let watch = watching(&computer);
    put(&computer.home.reports(), "first.xlsx", &some_workbook("first"));
    until(TOLD_WITHIN, "first.xlsx to be told", || lines(&watch, "first.xlsx") == 1);
    assert_eq!(lines(&watch, "old.xlsx"), 0);
    watch.interrupt();
    assert_eq!(watch.wait(TOLD_WITHIN).code(), 130);
    computer.succeeds("engine stop");
    until(TOLD_WITHIN, "the engine to be gone", || computer.engines().is_empty());

    for name in ["x.xlsx", "y.xlsx", "z.xlsx"] {
        put(&computer.home.reports(), name, &some_workbook(name));
    }
    let watch = watching(&computer);
    until(TOLD_WITHIN, "the digest", || lines(&watch, "\"digest\"") == 1);
    let digest = watch.line(TOLD_WITHIN, "the digest", |line| line.contains("\"digest\""));
    for name in ["x.xlsx", "y.xlsx", "z.xlsx"] {
        assert!(digest.contains(name), "{digest}");
    }
    assert!(!digest.contains("first.xlsx") && !digest.contains("old.xlsx"), "{digest}");
    assert_eq!(lines(&watch, "\"finished\""), 0, "{}", watch.stdout());
}

#[test]
fn the_users_own_edit_is_not_told() {
    let computer = Computer::fresh();
    let watch = watching(&computer);
    let folder = computer.home.reports();
    put(&folder, "mine.xlsx", &some_workbook("1"));
    until(TOLD_WITHIN, "mine.xlsx to be told", || lines(&watch, "mine.xlsx") == 1);
    fs::write(folder.join("~$mine.xlsx"), "Ada").expect("our own folder");
    put(&folder, "mine.xlsx", &some_workbook("2"));
    // Each file is judged a moment after its change, so what is told of a later one comes after what is told of this.
    put(&folder, "next.xlsx", &some_workbook("next"));
    until(TOLD_WITHIN, "next.xlsx to be told", || lines(&watch, "next.xlsx") == 1);
    assert_eq!(lines(&watch, "mine.xlsx"), 1, "{}", watch.stdout());
}

#[test]
fn a_folder_that_vanishes_is_said_and_never_made_anew() {
    let computer = Computer::fresh();
    let watch = watching(&computer);
    let folder = computer.home.reports();
    let away = folder.with_file_name("unplugged");
    fs::rename(&folder, &away).expect("our own folder");
    until(TOLD_WITHIN, "the loss to be said", || watch.stdout().contains("\"lost\""));
    let refused = computer.runs("report run --previous-month --json");
    assert_eq!(refused.code(), 1, "{refused}");
    assert!(refused.stdout.contains("folder-missing"), "{refused}");
    assert!(!folder.exists(), "it was made anew");
    put(&away, "back.xlsx", &some_workbook("back"));
    fs::rename(&away, &folder).expect("our own folder");
    until(TOLD_WITHIN, "the file in the folder that is back", || lines(&watch, "back.xlsx") == 1);
}

/// The names of all files that were told, by themselves or with others.
fn told(watch: &Running) -> Vec<String> {
    let mut files = Vec::new();
    for line in watch.stdout().lines() {
        // The last line may be half there.
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let many = line["files"].as_array().cloned().unwrap_or_default();
        files.extend(many.iter().chain([&line["file"]]).filter_map(|file| file.as_str()).map(str::to_owned));
    }
    files
}

#[test]
fn a_burst_is_told_completely_and_in_few_words() {
    let computer = Computer::fresh();
    let watch = watching(&computer);
    let bytes = some_workbook("burst");
    for number in 0..300 {
        // Same content under many names: announcements are keyed by path and content.
        put(&computer.home.reports(), &format!("burst-{number}.xlsx"), &bytes);
    }
    until(Duration::from_mins(1), "300 files to be told", || told(&watch).len() >= 300);
    let different: std::collections::BTreeSet<String> = told(&watch).into_iter().collect();
    assert_eq!((told(&watch).len(), different.len()), (300, 300), "each is told once");
    assert_eq!(lines(&watch, "\"finished\""), 1, "the first of them: {}", watch.stdout());
    let digests = lines(&watch, "\"digest\"");
    assert!(digests < 30, "{digests} digests");
    computer.kill_engine();
    computer.succeeds("report list");
    first_look_is_over(&computer);
    assert_eq!(told(&watch).len(), 300, "told again after a kill");
}
