//! The life of the window: made when it is wanted, gone when it is closed, one for all starts.

use landfall_tests::postgres::Postgres;
use landfall_tests::until;

use super::vocabulary::{Desk, RUN_WITHIN, SOON, TITLE, shows_reports};

#[test]
fn a_second_start_shows_the_window_of_the_first() {
    let desk = Desk::fresh();
    let app = desk.opens();
    desk.closes_window();
    let second = desk.desktop.start_again(&[]);
    assert_eq!(second.code(), 0, "{second}");
    desk.screen().window(TITLE);
    app.page().follow_window();
    shows_reports(app.page());
    assert!(app.is_running());
}

#[test]
fn a_link_shows_the_report_it_names() {
    let desk = Desk::with_sample();
    desk.makes_report();
    desk.makes_report();
    let app = desk.starts_hidden();
    let second = desk.desktop.start_again(&["landfall://report/run-10001"]);
    assert_eq!(second.code(), 0, "{second}");
    let page = app.page();
    shows_reports(page);
    // The preview is of that one.
    page.see("-10001.xlsx");
    // What is no link of ours shows the window, and does no harm.
    let odd = desk.desktop.start_again(&["landfall://report/../../etc/passwd"]);
    assert_eq!(odd.code(), 0, "{odd}");
    assert!(app.is_running());
}

#[test]
fn started_hidden_there_is_an_icon_and_no_window() {
    let desk = Desk::fresh();
    let app = desk.starts_hidden();
    until(SOON, "the engine", || desk.computer.engines().len() == 1);
    assert!(desk.screen().windows().is_empty());
    desk.tray().choose("Open Landfall");
    desk.screen().window(TITLE);
    shows_reports(app.page());
}

#[test]
fn a_notification_is_clicked_when_the_window_is_gone() {
    let desk = Desk::with_sample();
    let app = desk.opens();
    desk.closes_window();
    assert!(app.is_running(), "the icon stays");
    desk.tray().icon(SOON);
    let file = desk.makes_report();
    let ready = desk.notifications().number(RUN_WITHIN, 1);
    desk.notifications().click(&ready);
    assert_eq!(desk.openings().spreadsheet(SOON, 1), desk.computer.home.reports().join(&file));
    assert!(desk.screen().windows().is_empty(), "opening a file needs no window");
}

#[test]
fn quitting_while_a_report_is_made_asks_and_may_leave_it_to_the_engine() {
    let database = Postgres::shared().database("quit");
    let desk = Desk::fresh();
    let gate = desk.has_gated_report(&database);
    let app = desk.opens();
    let page = app.page();
    desk.computer.succeeds("report run --definition gated --previous-month --no-wait");
    page.part_with("button", "Cancel").is_there();
    desk.tray().choose("Quit");
    page.part("alertdialog", "A report is being made. Quit anyway?").is_there();
    page.button("Stay").click();
    page.part_with("alertdialog", "Quit anyway?").is_gone();
    assert!(app.is_running());

    desk.tray().choose("Quit");
    page.part_with("button", "Leave running and quit").click_to_leave();
    app.ends_within(SOON);
    assert_eq!(desk.computer.engines().len(), 1, "the engine goes on");
    gate.open();
    until(RUN_WITHIN, "the report to be finished", || desk.computer.workbooks().len() == 1);
}

#[test]
fn quitting_may_cancel_what_runs() {
    let database = Postgres::shared().database("quit_cancel");
    let desk = Desk::fresh();
    let _gate = desk.has_gated_report(&database);
    let app = desk.opens();
    desk.computer.succeeds("report run --definition gated --previous-month --no-wait");
    app.page().part_with("button", "Cancel").is_there();
    desk.tray().choose("Quit");
    app.page().button("Cancel the run and quit").click_to_leave();
    app.ends_within(SOON);
    until(SOON, "the run to be cancelled", || desk.computer.run(10_000)["state"] == "cancelled");
    assert!(desk.computer.home.temporary_files().is_empty());
}

#[test]
fn size_is_remembered_from_start_to_start() {
    let desk = Desk::fresh();
    let app = desk.opens();
    let window = desk.screen().window(TITLE);
    desk.screen().resize(&window, 1010, 690);
    let resized =
        |title| desk.screen().shows(title).is_some_and(|window| (window.width, window.height) == (1010, 690));
    until(SOON, "the new size", || resized(TITLE));
    desk.closes_window();
    desk.tray().choose("Quit");
    app.ends_within(SOON);
    let again = desk.opens();
    until(SOON, "the size of before", || resized(TITLE));
    drop(again);
}
