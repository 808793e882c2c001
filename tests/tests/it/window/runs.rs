//! Runs in the window: live, whoever started them; cancelled; failed, with what to do about it.

use landfall_tests::postgres::Postgres;
use landfall_tests::until;

use super::vocabulary::{Desk, RUN_WITHIN, SOON};

#[test]
fn a_run_started_in_a_terminal_shows_live_and_lands_in_the_library() {
    let database = Postgres::shared().database("live");
    let desk = Desk::fresh();
    let gate = desk.has_gated_report(&database);
    let app = desk.opens();
    let page = app.page();
    let terminal = desk.computer.starts("report run --definition gated --previous-month --json");
    page.part_with("button", "Cancel").is_there();
    page.see("Running");
    page.part_with("button", "Log of").click();
    page.see("Asking the database");
    gate.open();
    assert_eq!(terminal.wait(RUN_WITHIN).code(), 0);
    page.part_with("row", "5,000").is_there();
    let ready = desk.notifications().number(SOON, 1);
    assert!(ready.body.contains("5,000 rows"), "{ready:?}");
}

#[test]
fn a_cancelled_run_leaves_nothing_and_says_so() {
    let database = Postgres::shared().database("cancel");
    let desk = Desk::fresh();
    let _gate = desk.has_gated_report(&database);
    let app = desk.opens();
    let _terminal = desk.computer.starts("report run --definition gated --previous-month");
    let page = app.page();
    page.part_with("button", "Cancel").click();
    until(RUN_WITHIN, "the run to be cancelled", || {
        desk.computer.list().first().is_some_and(|run| run["state"] == "cancelled")
    });
    page.part_with("button", "Cancel").is_gone();
    assert!(desk.computer.workbooks().is_empty());
    assert!(desk.computer.home.temporary_files().is_empty());
    assert!(desk.notifications().all().is_empty(), "whoever cancels knows it");
}

#[test]
fn a_wrong_password_is_said_with_a_way_out_and_the_right_one_makes_the_report() {
    let database = Postgres::shared().database("window_password");
    let desk = Desk::fresh();
    desk.defines(
        "numbers",
        "Numbers",
        "SELECT n FROM generate_series(1, 3) AS n WHERE $1::timestamptz < $2::timestamptz",
    );
    desk.uses_server(&database);
    let app = desk.opens();
    desk.keeps_password("not this one");
    let failed = desk.computer.runs("report run --definition numbers --previous-month --json");
    assert_eq!(failed.code(), 1, "{failed}");

    let page = app.page();
    page.see("did not finish");
    let told = desk.notifications().number(SOON, 1);
    assert_eq!(told.buttons(), ["View"], "{told:?}");
    assert!(!page.text().contains("not this one"));
    page.button("Enter the password…").click();
    page.part("textbox", "Password").fill(database.password());
    page.button("Keep and run again").click();
    let ready = desk.notifications().number(RUN_WITHIN, 2);
    assert!(ready.body.contains("3 rows"), "{ready:?}");
    assert_eq!(desk.computer.workbooks().len(), 1);
}

#[test]
fn the_view_button_of_a_failure_shows_the_run_also_when_the_window_is_gone() {
    let desk = Desk::fresh();
    desk.computer.succeeds("settings set database.source server");
    desk.computer.succeeds("settings set database.host 127.0.0.1");
    desk.computer.succeeds("settings set database.port 1");
    let app = desk.starts_hidden();
    let failed = desk.computer.runs("report run --previous-month");
    assert_eq!(failed.code(), 1, "{failed}");
    let told = desk.notifications().number(SOON, 1);
    desk.notifications().press(&told, "View");
    app.page().see("did not finish");
    app.page().see("Run again");
}
