//! Settings, as a person changes them in the window.

use std::fs;
use std::path::Path;

use landfall_tests::desktop::{Desktop, Page};
use landfall_tests::postgres::Postgres;
use landfall_tests::until;

use super::vocabulary::{Desk, SOON};
use crate::journeys::vocabulary::{Computer, put, some_workbook};

fn opens_settings(page: &Page) {
    page.button("Settings").click();
    page.part("heading", "Settings").is_there();
}

fn background(page: &Page) -> String {
    let script = "return getComputedStyle(document.body).backgroundColor";
    page.run(script, Vec::new()).as_str().unwrap_or_default().to_owned()
}

#[test]
fn theme_and_language_change_at_once_and_stay() {
    let desk = Desk::fresh();
    let app = desk.opens();
    let page = app.page();
    opens_settings(page);
    page.part("radio", "Dark").click();
    until(SOON, "the dark page", || background(page) == "rgb(22, 25, 28)");
    page.part("radio", "Light").click();
    until(SOON, "the light page", || background(page) == "rgb(255, 255, 255)");
    page.part("radio", "Italiano").click();
    page.part("heading", "Impostazioni").is_there();
    drop(app);
    let again = desk.desktop.start_app();
    again.page().see("Provalo");
    assert_eq!(background(again.page()), "rgb(255, 255, 255)");
}

#[test]
fn another_folder_is_chosen_in_the_dialog_and_the_reports_move_stay_or_both_are_watched() {
    for (button, moved, still_watched) in
        [("Move the report", true, false), ("Keep them there", false, false), ("Watch both", false, true)]
    {
        let desk = Desk::with_sample();
        let file = desk.makes_report();
        let app = desk.opens();
        let page = app.page();
        opens_settings(page);
        page.part_with("button", "Change").click();
        let other = desk.computer.home.path().join("Finance");
        fs::create_dir_all(&other).expect("our own folder");
        chooses(&desk, &other);
        page.see("Use this folder?");
        page.part_with("radio", button).click();
        page.button("Use this folder").click();
        until(SOON, "the new folder in the settings", || {
            desk.computer.runs("settings get reports.folder").stdout.contains("Finance")
        });
        let (old, new) = (desk.computer.home.reports().join(&file), other.join(&file));
        assert_eq!((old.exists(), new.exists()), (!moved, moved), "{button}");
        put(&other, "in the new one.xlsx", &some_workbook("new"));
        desk.notifications()
            .one(SOON, "a file in the new folder", |told| told.title.contains("in the new one"));
        fs::create_dir_all(desk.computer.home.reports()).expect("our own folder");
        put(&desk.computer.home.reports(), "in the old one.xlsx", &some_workbook("old"));
        if still_watched {
            desk.notifications()
                .one(SOON, "a file in the old folder", |told| told.title.contains("in the old one"));
        } else {
            put(&other, "one more.xlsx", &some_workbook("more"));
            desk.notifications().one(SOON, "one more", |told| told.title.contains("one more"));
            let all = desk.notifications().all();
            assert!(all.iter().all(|told| !told.title.contains("in the old one")), "{button}: {all:?}");
        }
    }
}

/// Types a folder into GTK's chooser.
fn chooses(desk: &Desk, folder: &Path) {
    until(SOON, "the folder chooser", || desk.screen().windows().len() > 1);
    let dialog = desk.screen().windows().into_iter().find(|window| window.title != super::vocabulary::TITLE);
    desk.screen().activate(&dialog.expect("it was there a moment ago"));
    desk.screen().press(&["ctrl+l"]);
    desk.screen().types(&folder.display().to_string());
    desk.screen().press(&["Return"]);
    until(SOON, "the folder chooser to go", || desk.screen().windows().len() == 1);
}

#[test]
fn a_folder_that_a_cloud_copies_warns() {
    let desk = Desk::fresh();
    let cloud = desk.computer.home.path().join("OneDrive");
    fs::create_dir_all(&cloud).expect("our own folder");
    let app = desk.opens();
    opens_settings(app.page());
    app.page().part_with("button", "Change").click();
    chooses(&desk, &cloud);
    app.page().see("OneDrive copies this folder to the cloud");
    app.page().button("Cancel").click();
    app.page().see_no_more("Use this folder?");
    assert!(!desk.computer.runs("settings get reports.folder").stdout.contains("OneDrive"));
}

#[test]
fn starting_at_login_is_an_entry_of_the_desktop_and_starts_hidden() {
    let desk = Desk::fresh();
    let app = desk.opens();
    opens_settings(app.page());
    let autostart = desk.computer.home.path().join(".config/autostart");
    let entries = || {
        let entries = fs::read_dir(&autostart).into_iter().flatten().flatten();
        entries.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect::<Vec<String>>()
    };
    app.page().part_with("switch", "Start when you log in").click();
    until(SOON, "the entry", || entries().len() == 1);
    let entry = &entries()[0];
    assert!(entry.contains("landfall-desktop") && entry.contains("--hidden"), "{entry}");
    app.page().part_with("switch", "Start when you log in").click();
    until(SOON, "the entry to go", || entries().is_empty());
}

#[test]
fn a_server_is_set_tested_and_its_password_kept_in_the_key_store() {
    let database = Postgres::shared().database("window_server");
    let desk = Desk::of(Computer::fresh(), Desktop::options().with_key_store());
    let app = desk.opens();
    let page = app.page();
    opens_settings(page);
    page.part_with("radio", "Your own server").click();
    for (field, value) in [
        ("Host", database.host().to_owned()),
        ("Port", database.port().to_string()),
        ("Database name", database.name().to_owned()),
        ("User", database.user().to_owned()),
    ] {
        page.part_with("textbox", field).fill(&value);
        desk.screen().press(&["Tab"]);
    }
    until(SOON, "the settings to be written", || {
        desk.computer.runs("settings get database.user").stdout.contains(database.user())
    });
    page.part("textbox", "Password").fill(database.password());
    page.button("Keep").click();
    page.see("Kept in the key store of this computer");
    page.button("Test connection").click();
    page.see("Connected in");
    page.see("not run yet");
    assert_eq!(desk.desktop.keyring().entries_of("landfall").len(), 1);
    assert!(!desk.desktop.keyring().holds_in_the_clear(database.password()));
    page.button("Make the tables").click();
    until(SOON, "the tables", || {
        database.sql("SELECT count(*) FROM pg_class WHERE relname = 'tickets'") == "1"
    });
    // A new engine has the password from the key store alone.
    desk.computer.kill_engine();
    desk.computer.succeeds("db test");
}

#[test]
fn starting_over_forgets_everything_but_the_reports() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").is_there();
    opens_settings(page);
    page.part_with("button", "Start over").click();
    page.part_with("textbox", "to confirm").fill("start over");
    page.button("Start over").click();
    until(SOON, "the ledger to be gone or new", || {
        !desk.computer.home.data().join("runs").join("10000").exists()
    });
    assert_eq!(desk.computer.workbooks(), [file]);
    assert!(!app.is_running() || desk.screen().shows(super::vocabulary::TITLE).is_some());
}
