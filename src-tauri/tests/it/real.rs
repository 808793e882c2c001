//! The shell with the real engine: names that lead outside lead nowhere, and a workbook of somebody else's is read.

use std::fs;

use landfall_core::library::ReportId;
use landfall_tests::eventually;
use landfall_tests::home::Home;
use landfall_tests::program;
use landfall_wire::Launch;
use serde_json::{Value, json};

use crate::engine::places;
use crate::page::{Page, SOON};

fn file_id(folder: i64, path: &str) -> String {
    ReportId::File { folder, path: path.into() }.to_string()
}

fn page(home: &Home) -> Page {
    let environment = home.env().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let launch = Launch { environment, ..Launch::engine_of(program::binary("landfall")) };
    let page = Page::of(places(home), launch);
    eventually(SOON, "the engine to answer", || page.call("read_settings", json!({})).ok());
    page
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Tickets").unwrap();
    sheet.write(0, 0, "Passenger").unwrap();
    sheet.write(1, 0, "Ada Lovelace").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn ids_that_name_places_outside_the_watched_folders_lead_nowhere() {
    let home = Home::new();
    fs::create_dir_all(home.reports()).unwrap();
    fs::write(home.path().join("secret.xlsx"), workbook()).unwrap();
    std::os::unix::fs::symlink(home.path().join("secret.xlsx"), home.reports().join("link.xlsx")).unwrap();
    let page = page(&home);
    let outside =
        ["../secret.xlsx", "../../../../etc/passwd", "/etc/passwd", "./link.xlsx", "link.xlsx", "."];
    for path in outside {
        for folder in [0, 1, 2, 3] {
            let id = file_id(folder, path);
            for command in ["find_report", "preview_report", "open_report", "show_in_folder", "save_copy"] {
                let refusal = page.call(command, json!({ "id": id })).unwrap_err();
                assert_eq!(refusal["code"], "not-found", "{command} of {path} said {refusal}");
            }
            let deleted = page.call("delete_report", json!({ "id": id, "permanently": true }));
            assert!(deleted.is_err(), "{path} was deleted: {deleted:?}");
        }
    }
    assert!(home.path().join("secret.xlsx").exists() && home.reports().join("link.xlsx").exists());
}

#[test]
fn names_of_definitions_are_no_paths() {
    let home = Home::new();
    let page = page(&home);
    for name in ["../../etc", "/etc/passwd", "..", "a/b", "nothing-of-that-name"] {
        let form = json!({
            "definition": name, "choice": { "kind": "previous-month" }, "parameters": {}, "timezone": null,
        });
        let refusal = page.call("plan_run", json!({ "form": form })).unwrap_err();
        assert!(refusal["code"].is_string(), "{name}: {refusal}");
        assert!(page.call("run_report", json!({ "form": form, "offerExisting": false })).is_err(), "{name}");
    }
}

#[test]
fn a_workbook_that_somebody_put_into_the_folder_is_found_and_previewed() {
    let home = Home::new();
    fs::create_dir_all(home.reports()).unwrap();
    fs::write(home.reports().join("october.xlsx"), workbook()).unwrap();
    let page = page(&home);
    let entry = eventually(SOON, "the workbook in the library", || {
        let library = page.call("list_library", json!({ "filter": { "limit": 10 } })).ok()?;
        library["entries"].as_array()?.first().cloned()
    });
    assert_eq!(entry["file"], "october.xlsx");
    let preview = page.call("preview_report", json!({ "id": entry["id"] })).unwrap();
    assert_eq!(preview["sheets"][0]["rows"][1][0], Value::from("Ada Lovelace"));
}
