//! What is killed, unplugged or restarted: nothing is lost, and nothing is told twice.

use std::fs;

use landfall_tests::postgres::Postgres;
use landfall_tests::until;

use super::vocabulary::{Desk, RUN_WITHIN, SOON, shows_reports};
use crate::journeys::vocabulary::{put, some_workbook};

#[test]
fn a_folder_that_vanishes_is_said_and_its_return_as_well() {
    let desk = Desk::with_sample();
    desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    let reports = desk.computer.home.reports();
    let elsewhere = desk.computer.home.scratch().join("unplugged");
    fs::rename(&reports, &elsewhere).expect("our own folder");
    desk.notifications()
        .one(SOON, "the folder that is gone", |told| told.title == "The reports folder is gone");
    page.see("gone");
    assert!(!reports.exists(), "never made anew");
    desk.tray().icon_that(SOON, "in trouble", |icon| icon.tool_tip.1.contains("folder is gone"));
    fs::rename(&elsewhere, &reports).expect("our own folder");
    page.see_no_more("gone");
    put(&reports, "afterwards.xlsx", &some_workbook("afterwards"));
    desk.notifications().one(SOON, "the file that came afterwards", |told| told.title.contains("afterwards"));
    assert_eq!(desk.notifications().all().len(), 2, "the old report is not told again");
}

#[test]
fn a_killed_engine_comes_back_and_the_run_is_shown_as_it_ended() {
    let database = Postgres::shared().database("kill_engine");
    let desk = Desk::fresh();
    let _gate = desk.has_gated_report(&database);
    let app = desk.opens();
    let _terminal = desk.computer.starts("report run --definition gated --previous-month --no-wait");
    let page = app.page();
    page.part_with("button", "Cancel").is_there();
    let before = desk.computer.engines();
    desk.computer.kill_engine();
    page.see("did not finish");
    page.button("Run again").is_there();
    until(SOON, "another engine", || {
        let now = desk.computer.engines();
        now.len() == 1 && now != before
    });
    put(&desk.computer.home.reports(), "after.xlsx", &some_workbook("after"));
    desk.notifications().one(SOON, "a file after the kill", |told| told.title.contains("after"));
    assert!(desk.computer.home.temporary_files().is_empty());
}

#[test]
fn a_killed_app_harms_no_run_and_the_next_start_tells_nothing_twice() {
    let database = Postgres::shared().database("kill_app");
    let desk = Desk::fresh();
    let gate = desk.has_gated_report(&database);
    fs::create_dir_all(desk.computer.home.reports()).expect("our own folder");
    let app = desk.opens();
    app.page().see("watched");
    put(&desk.computer.home.reports(), "before.xlsx", &some_workbook("before"));
    desk.notifications().number(SOON, 1);
    let terminal = desk.computer.starts("report run --definition gated --previous-month");
    app.page().part_with("button", "Cancel").is_there();
    app.kill9();
    gate.open();
    assert_eq!(terminal.wait(RUN_WITHIN).code(), 0);

    let again = desk.desktop.start_app();
    shows_reports(again.page());
    again.page().part_with("row", "5,000").is_there();
    put(&desk.computer.home.reports(), "last.xlsx", &some_workbook("last"));
    desk.notifications().one(SOON, "the last file", |told| told.title.contains("last"));
    let told: Vec<String> = desk.notifications().all().into_iter().map(|told| told.title).collect();
    assert_eq!(told.iter().filter(|title| title.contains("before")).count(), 1, "{told:?}");
}
