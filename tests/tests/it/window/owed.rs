//! What every door owes a person, in the window.

use std::fs;

use landfall_tests::desktop::Page;
use landfall_tests::eventually;

use super::vocabulary::{Desk, SOON};

#[test]
fn a_crash_is_offered_at_the_next_start_once() {
    let desk = Desk::fresh();
    let crashes = desk.computer.home.data().join("crashes");
    fs::create_dir_all(&crashes).expect("our own folder");
    fs::write(crashes.join("landfall-20261124T090000.crash.txt"), "panicked at the moon")
        .expect("our own folder");
    let app = desk.opens();
    let page = app.page();
    page.part_with("dialog", "Landfall stopped unexpectedly last time").is_there();
    page.button("Show the report").click();
    page.see("panicked at the moon");
    page.button("Dismiss").click();
    page.part_with("dialog", "stopped unexpectedly").is_gone();
    desk.tray().choose("Quit");
    app.ends_within(SOON);

    let again = desk.opens();
    again.page().see("Try it on this computer");
    assert!(!again.page().text().contains("stopped unexpectedly"));
}

#[test]
fn the_details_of_a_failure_are_copied_without_secrets() {
    let desk = Desk::fresh();
    desk.computer.succeeds("settings set database.source server");
    desk.computer.succeeds("settings set database.host 127.0.0.1");
    desk.computer.succeeds("settings set database.port 1");
    let app = desk.opens();
    desk.keeps_password("t0p s3cret");
    assert_eq!(desk.computer.runs("report run --previous-month").code(), 1);
    let page = app.page();
    page.see("did not finish");
    page.button("Copy details").click();
    page.see("Copied");
    let copied = pasted(&desk, page);
    assert!(copied.contains("database-unreachable"), "{copied}");
    assert!(!copied.contains("t0p s3cret"), "{copied}");
}

/// What a person would paste now, pasted into the search field.
fn pasted(desk: &Desk, page: &Page) -> String {
    let search = page.part_with("searchbox", "Search");
    search.click();
    desk.screen().press(&["ctrl+v"]);
    eventually(SOON, "something pasted", || Some(search.value()).filter(|value| !value.is_empty()))
}
