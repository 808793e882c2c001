//! The library: open, delete and take back, save a copy, and files that others put there.

use std::fs;

use landfall_tests::desktop::{Desktop, Opener};
use landfall_tests::until;

use super::vocabulary::{Desk, SOON};
use crate::journeys::vocabulary::{Computer, put, some_workbook};

#[test]
fn a_report_is_opened_and_shown_in_its_folder() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").click();
    page.see("Revenue per day");
    page.part_with("tab", "Summary").is_there();
    desk.screen().press(&["Return"]);
    assert_eq!(desk.openings().spreadsheet(SOON, 1), desk.computer.home.reports().join(file));
    page.button("Show in folder").click();
    assert_eq!(desk.openings().folder(SOON, 1), desk.computer.home.reports());
}

#[test]
fn a_deleted_report_comes_back_by_undo() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").click();
    desk.screen().press(&["Delete"]);
    page.button("Undo").is_there();
    until(SOON, "the file to be in the trash", || desk.computer.workbooks().is_empty());
    page.button("Undo").click();
    until(SOON, "the file to be back", || desk.computer.workbooks() == [file.clone()]);
    page.part_with("row", "On desktop").is_there();
}

#[test]
fn a_copy_is_saved_where_the_dialog_says() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").click();
    page.button("Save a copy").click();
    let dialog = desk.screen().window("Save a copy");
    desk.screen().activate(&dialog);
    let copy = desk.computer.home.path().join("my copy.xlsx");
    desk.screen().press(&["ctrl+a"]);
    desk.screen().types(&copy.display().to_string());
    desk.screen().press(&["Return"]);
    page.see("Copy saved");
    assert_eq!(
        fs::read(&copy).expect("the copy"),
        fs::read(desk.computer.home.reports().join(&file)).expect("the report")
    );

    page.button("Save a copy").click();
    let dialog = desk.screen().window("Save a copy");
    desk.screen().activate(&dialog);
    desk.screen().press(&["Escape"]);
    until(SOON, "the dialog to go", || desk.screen().shows("Save a copy").is_none());
    assert!(app.is_running());
}

#[test]
fn without_a_spreadsheet_program_that_is_said_and_the_folder_is_offered() {
    let desk = Desk::of(Computer::with_sample(), Desktop::options().with_openers(&[Opener::Folders]));
    desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").click();
    desk.screen().press(&["Return"]);
    page.see("No program");
    // The preview is there all the same.
    page.see("Revenue per day");
    page.part_with("button", "Show in folder").click();
    assert_eq!(desk.openings().folder(SOON, 1), desk.computer.home.reports());
}

#[test]
fn a_burst_of_files_is_told_as_one() {
    let desk = Desk::fresh();
    fs::create_dir_all(desk.computer.home.reports()).expect("our own folder");
    let app = desk.opens();
    put(&desk.computer.home.reports(), "first.xlsx", &some_workbook("first"));
    desk.notifications().number(SOON, 1);
    for number in 0..12 {
        put(&desk.computer.home.reports(), &format!("burst-{number}.xlsx"), &some_workbook("burst"));
    }
    until(SOON, "all of them in the library", || app.page().text().contains("13 reports"));
    desk.notifications().one(SOON, "the burst", |told| told.title.contains("reports"));
    let told = desk.notifications().all();
    assert!(told.len() <= 3, "a dozen files make no dozen notifications: {told:?}");
}

#[test]
fn what_is_opened_by_itself_is_opened_once() {
    let desk = Desk::with_sample();
    desk.computer.succeeds("settings set notifications.open-automatically true");
    let _app = desk.starts_hidden();
    let file = desk.makes_report();
    assert_eq!(desk.openings().spreadsheet(SOON, 1), desk.computer.home.reports().join(file));
    put(&desk.computer.home.reports(), "second.xlsx", &some_workbook("second"));
    assert!(desk.openings().spreadsheet(SOON, 2).ends_with("second.xlsx"));
    assert_eq!(desk.openings().spreadsheets().len(), 2);
}
