//! A page that was taken over can't read a file, learn a secret or start a program (bar of the window).
//!
//! The shell is run in a process of its own that has no display and no session bus, so that nothing of the person's
//! desktop is touched; what is asked of the engine is heard by an engine of the test's own.

use std::collections::BTreeSet;
use std::process::Command as Process;

use landfall_core::api::{Command, Password, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::settings::Settings;
use landfall_desktop::commands::NAMES;
use serde_json::{Value, json};

use crate::engine::ScriptedEngine;
use crate::hostile_cases::{self, Expected, MARK};
use crate::page::Page;

const BARE: &str = "LANDFALL_DESKTOP_TEST_BARE";

/// Runs the test of that name again in a process without a desktop; true inside of that process.
fn in_a_bare_process(test: &str) -> bool {
    if std::env::var_os(BARE).is_some() {
        return true;
    }
    let home = tempfile::tempdir().unwrap();
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args([test, "--exact", "--nocapture"]).env_clear().env(BARE, "1").env("HOME", home.path());
    for kept in ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "LANDFALL_TEST_BIN_DIR"] {
        process.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    let ended = process.output().unwrap();
    let said = [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
    false
}

fn engine() -> ScriptedEngine {
    ScriptedEngine::new(|command| match command {
        Command::ReadSettings => Ok(Reply::Settings {
            settings: Box::new(Settings::default()),
            problems: vec![],
            path: "settings.toml".to_owned(),
        }),
        Command::ListDefinitions => Ok(Reply::Definitions { definitions: vec![] }),
        Command::ForgetPassword { all: false } | Command::MarkCrashesSeen => Ok(Reply::Done),
        other => Err(ApiError::new(Code::NotFound, format!("the test did not expect {other:?}"), "")),
    })
}

/// What a page may make the engine hear without a person: nothing that names anything.
fn is_harmless(command: &Command) -> bool {
    matches!(
        command,
        Command::ReadSettings
            | Command::ListDefinitions
            | Command::Status
            | Command::ForgetPassword { all: false }
            | Command::MarkCrashesSeen
            // The menu of the tray, and the window that comes to the front.
            | Command::ListLibrary(_)
            | Command::Rescan
    )
}

#[test]
fn every_command_has_hostile_cases() {
    let tried: BTreeSet<&str> = hostile_cases::all().iter().map(|case| case.command).collect();
    let commands: BTreeSet<&str> = NAMES.iter().copied().collect();
    assert_eq!(
        commands.difference(&tried).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "without a hostile case"
    );
    assert_eq!(tried.difference(&commands).collect::<Vec<_>>(), Vec::<&&str>::new(), "no such command");
}

#[test]
fn hostile_arguments_are_refused_before_anybody_acts_on_them() {
    if !in_a_bare_process("hostile::hostile_arguments_are_refused_before_anybody_acts_on_them") {
        return;
    }
    let engine = engine();
    let page = Page::connected_to(&engine);
    for case in hostile_cases::all() {
        let before = engine.asked().len();
        let answer = page.call(case.command, case.arguments.clone());
        let shown = shown(&case.arguments);
        let asked = &engine.asked()[before..];
        match case.expected {
            Expected::Refused => {
                assert!(answer.is_err(), "{} took {shown} and said {answer:?}", case.command);
                let acted: Vec<&Command> = asked.iter().filter(|command| !is_background(command)).collect();
                assert!(acted.is_empty(), "{} with {shown} asked for {acted:?}", case.command);
            }
            Expected::Unread => {
                assert!(asked.iter().all(is_harmless), "{} with {shown} asked for {asked:?}", case.command);
                let said = format!("{answer:?}");
                assert!(!said.contains("root:"), "{} read a file: {said}", case.command);
            }
        }
        assert!(!format!("{asked:?}").contains(MARK), "{} with {shown} asked for {asked:?}", case.command);
    }
}

/// What the shell asks by itself at any time.
fn is_background(command: &Command) -> bool {
    matches!(command, Command::ListLibrary(filter) if filter.search.is_none()) || *command == Command::Rescan
}

fn shown(arguments: &Value) -> String {
    arguments.to_string().chars().take(200).collect()
}

#[test]
fn a_page_of_another_origin_is_refused_whatever_it_calls() {
    if !in_a_bare_process("hostile::a_page_of_another_origin_is_refused_whatever_it_calls") {
        return;
    }
    let engine = engine();
    let page = Page::connected_to(&engine);
    let before = engine.asked().len();
    for origin in ["https://example.org/", "http://127.0.0.1:8080/", "file:///etc/passwd", "tauri://other"] {
        for command in NAMES {
            let answer = page.call_from(origin, command, json!({ "run": 10_001, "id": "run-10001" }));
            assert!(answer.is_err(), "{command} answered {origin}: {answer:?}");
        }
    }
    let acted: Vec<Command> =
        engine.asked()[before..].iter().filter(|command| !is_background(command)).cloned().collect();
    assert_eq!(acted, []);
}

#[test]
fn commands_that_are_not_listed_are_refused() {
    if !in_a_bare_process("hostile::commands_that_are_not_listed_are_refused") {
        return;
    }
    let engine = engine();
    let page = Page::connected_to(&engine);
    for command in [
        "",
        "run",
        "Subscribe",
        "plugin:fs|read_text_file",
        "plugin:shell|execute",
        "plugin:event|listen",
        "plugin:event|emit",
        "plugin:window|create",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:window-state|filename",
        "plugin:window-state|save_window_state",
        "plugin:resources|close",
        "../about",
    ] {
        let answer = page.call(command, json!({ "path": "/etc/passwd", "event": "x", "handler": 0 }));
        assert!(answer.is_err(), "{command} said {answer:?}");
    }
}

#[test]
fn a_password_is_handed_on_and_never_comes_back() {
    if !in_a_bare_process("hostile::a_password_is_handed_on_and_never_comes_back") {
        return;
    }
    let engine = ScriptedEngine::new(|command| match command {
        Command::KeepPassword { .. } => Ok(Reply::PasswordKept { in_key_store: true }),
        Command::ReadSettings => Ok(Reply::Settings {
            settings: Box::new(Settings::default()),
            problems: vec![],
            path: "settings.toml".to_owned(),
        }),
        _ => Err(ApiError::new(Code::NotFound, "nothing", "")),
    });
    let page = Page::connected_to(&engine);
    let kept = page.call("keep_password", json!({ "password": "s3cr3t word", "store": true }));
    assert_eq!(kept, Ok(json!({ "inKeyStore": true })));
    let handed_on = Command::KeepPassword { password: Password("s3cr3t word".to_owned()), store: true };
    assert!(engine.asked().contains(&handed_on));
    std::fs::write(engine.places.logs.join("engine.log"), "DB_PASSWORD=s3cr3t\n").unwrap();
    for (command, arguments) in [
        ("copy_details", json!({ "error": null, "run": null })),
        ("read_settings", json!({})),
        ("about", json!({})),
    ] {
        let said = format!("{:?}", page.call(command, arguments));
        assert!(!said.contains("s3cr3t"), "{command}: {said}");
    }
}
