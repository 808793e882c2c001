//! The library's list, with the keyboard, and what is taken out of it for good.

use std::fs;

use landfall_tests::{eventually_seen, until};

use super::vocabulary::{Desk, SOON, TITLE};
use crate::journeys::vocabulary::{put, some_workbook};

#[test]
fn several_rows_are_chosen_by_the_keyboard_and_their_menu_acts_on_all() {
    let desk = Desk::fresh();
    fs::create_dir_all(desk.computer.home.reports()).expect("our own folder");
    for name in ["a.xlsx", "b.xlsx", "c.xlsx"] {
        put(&desk.computer.home.reports(), name, &some_workbook(name));
    }
    let app = desk.opens();
    let page = app.page();
    page.see("3 reports");
    desk.screen().activate(&desk.screen().window(TITLE));
    page.part("grid", "Reports").focus();
    desk.screen().press(&["Home", "shift+Down"]);
    page.see("2 selected");
    desk.screen().press(&["shift+F10"]);
    page.part_with("menuitem", "Delete 2 reports").is_there();
    desk.screen().press(&["Escape"]);
    page.part_with("menuitem", "Delete").is_gone();
    page.focus_is("grid \"Reports\"");
    desk.screen().press(&["Delete"]);
    until(SOON, "two files to be in the trash", || desk.computer.workbooks().len() == 1);
    page.see("2 reports are in the trash");
    page.button("Undo").click();
    until(SOON, "both files to be back", || desk.computer.workbooks().len() == 3);
}

#[test]
fn where_the_trash_takes_nothing_there_are_eight_seconds_to_think_again() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let share = desk.computer.home.path().join(".local/share");
    fs::write(share.join("Trash"), "not a folder").expect("our own folder");
    let app = desk.opens();
    let page = app.page();
    page.part_with("row", "On desktop").click();
    desk.screen().press(&["Delete"]);
    page.part_with("alertdialog", "for good?").is_there();
    page.part_with("button", "Delete 5").click();
    page.see("will be deleted for good");
    page.button("Undo").click();
    page.see("Nothing was deleted");
    assert_eq!(desk.computer.workbooks(), [file]);

    page.part_with("row", "On desktop").click();
    desk.screen().press(&["Delete"]);
    page.part_with("button", "Delete 5").click();
    page.see("will be deleted for good");
    until(SOON, "the file to be gone", || desk.computer.workbooks().is_empty());
    page.see("was deleted for good");
}

#[test]
fn the_list_is_searched_sorted_and_narrowed() {
    let desk = Desk::fresh();
    fs::create_dir_all(desk.computer.home.reports()).expect("our own folder");
    for (name, text) in [("short.xlsx", "x".to_owned()), ("long.xlsx", "long ".repeat(3_000))] {
        put(&desk.computer.home.reports(), name, &some_workbook(&text));
    }
    let app = desk.opens();
    let page = app.page();
    page.see("2 reports");
    page.part("searchbox", "Search the library").fill("short");
    page.see("1 found");
    assert_eq!(page.part_with("row", "long.xlsx").count(), 0);
    page.part("searchbox", "Search the library").fill("nothing of that name");
    page.see("Nothing matches");
    page.button("Clear the search").click();
    page.see("2 reports");
    page.part_with("button", "Size").click();
    rows_are(page, &["long.xlsx", "short.xlsx"]);
    page.part_with("button", "Size").click();
    rows_are(page, &["short.xlsx", "long.xlsx"]);
    page.button("Filter and sort").click();
    page.part_with("menuitemcheckbox", "Failed").click();
    page.see("No report is");
    page.button("Show everything").click();
    page.see("2 reports");
}

fn rows_are(page: &landfall_tests::desktop::Page, wanted: &[&str]) {
    eventually_seen(SOON, &format!("the rows {wanted:?}"), || {
        let rows: Vec<String> = page.names("row").into_iter().filter(|row| row.contains(".xlsx")).collect();
        let fits =
            rows.len() == wanted.len() && rows.iter().zip(wanted).all(|(row, name)| row.contains(name));
        if fits { Ok(()) } else { Err(format!("{rows:?}")) }
    });
}
