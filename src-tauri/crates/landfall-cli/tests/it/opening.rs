//! `landfall report open` and `preview`, with a desktop that the test makes up.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use landfall_core::api::{Command, Reply};
use landfall_core::run::Run;
use landfall_tests::program::Program;

use crate::engine::{SOON, ScriptedEngine, shown, unexpected};

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Tickets").unwrap();
    sheet.write(0, 0, "Passenger").unwrap();
    sheet.write(1, 0, "Ada\u{7f} Lovelace").unwrap();
    sheet.write(1, 1, 12.5).unwrap();
    workbook.save_to_buffer().unwrap()
}

fn engine() -> ScriptedEngine {
    let run: Arc<Mutex<Option<Run>>> = Arc::default();
    let of_script = Arc::clone(&run);
    let engine = ScriptedEngine::new(move |command| {
        let run = of_script.lock().unwrap().clone().unwrap();
        match command {
            Command::ShowRun { .. } => shown(run),
            Command::ListRuns(_) => Ok(Reply::Runs { runs: vec![run], total: 1 }),
            Command::NoteOpened { .. } => Ok(Reply::Done),
            other => unexpected(other),
        }
    });
    *run.lock().unwrap() = Some(engine.finished_run(10_001, &workbook()));
    engine
}

/// A desktop whose programs are these scripts. What is opened is noted in a file.
fn with_desktop(engine: &ScriptedEngine, program: Program, default: &str) -> (Program, PathBuf) {
    let folder = engine.home.scratch();
    let opened = folder.join("opened");
    let scripts = [
        ("xdg-mime", format!("#!/bin/sh\necho '{default}'\n")),
        ("xdg-open", format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", opened.display())),
    ];
    for (name, text) in scripts {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    (program.env("PATH", path).env("DISPLAY", ":77"), opened)
}

#[test]
fn the_engine_hears_of_it_before_the_spreadsheet_opens() {
    let engine = engine();
    let (landfall, opened) = with_desktop(&engine, engine.landfall("report open latest"), "calc.desktop");
    let ended = landfall.run(SOON);
    assert_eq!(ended.code(), 0, "{ended}");
    assert_eq!(fs::read_to_string(opened).unwrap(), format!("{}\n", engine.path_of(10_001)));
    assert_eq!(engine.asked().last(), Some(&Command::NoteOpened { path: engine.path_of(10_001) }));
}

#[test]
fn the_folder_opens_instead_on_request() {
    let engine = engine();
    let (landfall, opened) = with_desktop(&engine, engine.landfall("report open 10001 --folder"), "");
    assert_eq!(landfall.run(SOON).code(), 0);
    assert_eq!(fs::read_to_string(opened).unwrap(), format!("{}\n", engine.home.reports().display()));
}

#[test]
fn without_a_spreadsheet_program_the_path_and_the_first_rows_are_shown() {
    let engine = engine();
    let (landfall, opened) = with_desktop(&engine, engine.landfall("report open 10001"), "");
    for (program, cause) in [
        (landfall, "no program on this computer opens spreadsheets"),
        (engine.landfall("report open 10001"), "there is no display here"),
    ] {
        let ended = program.run(SOON);
        assert_eq!(ended.code(), 1, "{ended}");
        assert!(ended.stderr.contains(cause) && ended.stderr.contains("LibreOffice"), "{ended}");
        assert!(ended.stdout.starts_with(&engine.path_of(10_001)), "{ended}");
        assert!(ended.stdout.contains("Ada\\u{7f} Lovelace  12.5"), "{ended}");
    }
    assert!(!opened.exists());
    let ended = engine.landfall("report open 10001 --json").run(SOON);
    assert_eq!(ended.json()["error"]["code"], "no-spreadsheet-program");
}

#[test]
fn a_preview_gives_the_first_rows_of_each_sheet() {
    let engine = engine();
    let ended = engine.landfall("report preview latest --rows 1 --json").run(SOON);
    let sheets = &ended.json()["sheets"];
    assert_eq!(sheets[0]["sheet"], "Tickets");
    assert_eq!(sheets[0]["rows"], serde_json::json!([["Passenger", ""], ["Ada\u{7f} Lovelace", "12.5"]]));
}
