//! `landfall settings`.

use std::fs;

use landfall_core::api::{Command, ExistingReports, Reply};
use landfall_core::settings::SettingProblem;

use crate::engine::{SOON, ScriptedEngine, unexpected};

fn engine() -> ScriptedEngine {
    ScriptedEngine::new(|command| match command {
        Command::ReadSettings => {
            let message = "expected a port from 1 to 65535; the default 5432 is used".to_owned();
            let problems = vec![SettingProblem { key: "database.port".to_owned(), line: 3, message }];
            Ok(Reply::Settings { settings: Box::default(), problems, path: "/x/settings.toml".to_owned() })
        }
        Command::ChangeSetting { .. } => {
            Ok(Reply::Settings { settings: Box::default(), problems: vec![], path: String::new() })
        }
        Command::ChangeFolder { .. } => Ok(Reply::FolderChanged { moved: 2 }),
        other => unexpected(other),
    })
}

#[test]
fn a_setting_is_printed_alone_and_a_bad_line_of_the_file_is_named() {
    let engine = engine();
    let ended = engine.landfall("settings get database.port").run(SOON);
    assert_eq!((ended.code(), ended.stdout.as_str()), (0, "5432\n"), "{ended}");
    assert!(ended.stderr.contains("/x/settings.toml, line 3: database.port: expected a port"), "{ended}");
    let ended = engine.landfall("settings list --json").run(SOON);
    assert_eq!(ended.json()["settings"]["database.port"], 5432);
}

#[test]
fn a_mistyped_name_or_value_is_a_usage_error_with_what_was_meant() {
    let engine = engine();
    let ended = engine.landfall("settings set database.prot 5433").run(SOON);
    assert_eq!(ended.code(), 2, "{ended}");
    assert!(ended.stderr.contains("Did you mean database.port?"), "{ended}");
    let ended = engine.landfall("settings set watch.mode fast").run(SOON);
    assert_eq!(ended.code(), 2, "{ended}");
    assert!(ended.stderr.contains("one of auto, events, poll"), "{ended}");
    assert_eq!(engine.asked(), []);
}

#[test]
fn a_change_goes_to_the_engine_and_a_dry_run_does_not() {
    let engine = engine();
    let ended = engine.landfall("settings set database.port 5433 --dry-run").run(SOON);
    assert!(ended.stderr.contains("5432 → 5433 (nothing was changed)"), "{ended}");
    assert_eq!(engine.asked(), [Command::ReadSettings]);
    assert_eq!(engine.landfall("settings set database.port 5433").run(SOON).code(), 0);
    let change = Command::ChangeSetting { key: "database.port".to_owned(), value: Some("5433".to_owned()) };
    assert!(engine.asked().contains(&change));
}

#[test]
fn another_reports_folder_asks_what_becomes_of_the_reports() {
    let engine = engine();
    fs::create_dir_all(engine.home.reports()).unwrap();
    fs::write(engine.home.reports().join("a.xlsx"), "x").unwrap();
    let folder = engine.home.path().join("Dropbox/reports").display().to_string();
    let refused = engine.landfall(&format!("settings set reports.folder {folder}")).run(SOON);
    assert_eq!(refused.code(), 4, "{refused}");
    assert!(refused.stderr.contains("--existing move, keep or watch-both"), "{refused}");
    assert!(refused.stderr.contains("a folder of Dropbox"), "{refused}");

    let ended = engine.landfall("settings set reports.folder ~/Dropbox/reports --existing move").run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert!(ended.stderr.contains("2 reports moved there"), "{ended}");
    assert!(engine.asked().contains(&Command::ChangeFolder { folder, existing: ExistingReports::Move }));
}

#[test]
fn the_path_is_told_without_an_engine() {
    let engine = engine();
    let ended = engine.landfall("settings path").run(SOON);
    assert_eq!(ended.stdout, format!("{}\n", engine.home.data().join("settings.toml").display()));
    assert_eq!(engine.all_asked(), []);
}

#[test]
fn starting_over_is_asked_for_by_word_and_spares_settings_and_reports() {
    let engine = engine();
    let data = engine.home.data();
    fs::write(data.join("settings.toml"), "# mine").unwrap();
    fs::write(data.join("ledger.sqlite3"), "x").unwrap();
    let refused = engine.landfall("settings start-over").run(SOON);
    assert_eq!(refused.code(), 4, "{refused}");
    let told = engine.landfall("settings start-over --dry-run").run(SOON);
    assert_eq!(told.code(), 0, "{told}");
    assert!(told.stdout.contains("ledger.sqlite3") && told.stdout.contains("logs"), "{told}");
    assert!(!told.stdout.contains("settings.toml") && !told.stdout.contains("kubernetes-reports"), "{told}");
    assert!(data.join("ledger.sqlite3").exists());
}
