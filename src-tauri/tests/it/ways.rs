//! The good ways through the commands, with an engine that the test scripts.

use std::fs::{self, File};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use landfall_core::api::{Command, ExistingReports, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::FolderCheck;
use landfall_core::settings::Settings;
use landfall_tests::home::Home;
use landfall_wire::Launch;
use serde_json::json;

use crate::engine::{ScriptedEngine, places};
use crate::page::{Page, person_chooses};

fn settings() -> Reply {
    Reply::Settings {
        settings: Box::new(Settings::default()),
        problems: vec![],
        path: "settings.toml".to_owned(),
    }
}

#[test]
fn a_folder_is_changed_by_the_number_of_a_choice_that_a_person_made_and_only_once() {
    let refuse = Arc::new(Mutex::new(true));
    let refuses = Arc::clone(&refuse);
    let engine = ScriptedEngine::new(move |command| match command {
        Command::ReadSettings => Ok(settings()),
        Command::CheckFolder { folder } => Ok(Reply::FolderChecked(Box::new(FolderCheck {
            folder: folder.clone(),
            problem: None,
            present: false,
            free_bytes: None,
            cloud: None,
            reports_to_move: 3,
        }))),
        Command::ChangeFolder { .. } if *refuses.lock().unwrap() => {
            Err(ApiError::new(Code::Conflict, "a run is live", "Wait."))
        }
        Command::ChangeFolder { .. } => Ok(Reply::FolderChanged { moved: 3 }),
        _ => Err(ApiError::new(Code::NotFound, "nothing", "")),
    });
    let page = Page::connected_to(&engine);
    assert_eq!(page.call("choose_folder", json!({})), Ok(json!(null)), "the dialog was closed");
    let folder = engine.home.scratch();
    person_chooses(folder.clone());
    let choice = page.call("choose_folder", json!({})).unwrap();
    assert_eq!(choice["check"]["reportsToMove"], 3);
    let change = || page.call("change_folder", json!({ "choice": choice["choice"], "existing": "move" }));
    assert_eq!(change().unwrap_err()["code"], "conflict");
    *refuse.lock().unwrap() = false;
    assert_eq!(change(), Ok(json!(3)), "a refusal of the engine does not use the choice up");
    assert_eq!(change().unwrap_err()["code"], "refused");
    let wanted =
        Command::ChangeFolder { folder: folder.display().to_string(), existing: ExistingReports::Move };
    assert_eq!(engine.asked().iter().filter(|command| **command == wanted).count(), 2);
}

#[test]
fn the_page_is_told_what_this_installation_is() {
    let engine = ScriptedEngine::new(|_| Ok(settings()));
    let page = Page::connected_to(&engine);
    let about = page.call("about", json!({})).unwrap();
    assert_eq!(about["platform"], "linux");
    assert_eq!(about["dataFolder"], engine.places.data.display().to_string());
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_setting_of_the_page_reaches_the_engine_by_its_dotted_name() {
    let engine = ScriptedEngine::new(|command| match command {
        Command::ChangeSetting { .. } => Ok(Reply::Done),
        _ => Ok(settings()),
    });
    let page = Page::connected_to(&engine);
    page.call("change_setting", json!({ "key": "desktop.start-at-login", "value": "true" })).unwrap();
    page.call("change_setting", json!({ "key": "database.port", "value": null })).unwrap();
    page.call("change_setting", json!({ "key": "database.sslrootcert", "value": null })).unwrap();
    let changed = |key: &str, value: Option<&str>| Command::ChangeSetting {
        key: key.to_owned(),
        value: value.map(str::to_owned),
    };
    let asked = engine.asked();
    assert!(asked.contains(&changed("desktop.start-at-login", Some("true"))), "{asked:?}");
    assert!(asked.contains(&changed("database.port", None)), "{asked:?}");
    assert!(asked.contains(&changed("database.sslrootcert", None)), "{asked:?}");
}

#[test]
fn starting_over_is_possible_where_no_engine_can_be_started() {
    let home = Home::new();
    let places = places(&home);
    places.make().unwrap();
    fs::write(&places.ledger, "of a newer Landfall").unwrap();
    let held = File::create(&places.lock).unwrap();
    held.try_lock().unwrap();
    let page = Page::of(places.clone(), Launch { answers_within: Duration::from_millis(200), ..nothing() });
    let over = || page.call("start_over", json!({ "confirmation": "start over" }));
    assert_eq!(over().unwrap_err()["code"], "engine-unreachable", "an engine holds the data");
    assert!(places.ledger.exists());
    drop(held);
    assert_eq!(over(), Ok(json!(null)));
    assert!(!places.ledger.exists());
}

/// No engine comes of it.
fn nothing() -> Launch {
    Launch::engine_of("/nowhere/landfall")
}
