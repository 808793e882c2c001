//! The tray: its states, its menu, and trays that come late, crash, or never come.

use landfall_tests::desktop::{Desktop, Icon};
use landfall_tests::postgres::Postgres;
use landfall_tests::{eventually_seen, until};

use super::vocabulary::{Desk, RUN_WITHIN, SOON, TITLE};
use crate::journeys::vocabulary::Computer;

#[test]
fn its_menu_makes_a_report_and_offers_the_latest() {
    let desk = Desk::with_sample();
    let app = desk.starts_hidden();
    assert_eq!(
        desk.tray().labels(),
        ["Run current month", "Run previous month", "Open folder", "No reports yet", "Open Landfall", "Quit"]
    );
    desk.tray().choose("Run previous month");
    desk.notifications().number(RUN_WITHIN, 1);
    let labels = eventually_seen(SOON, "the report in the menu", || {
        let labels = desk.tray().labels();
        if labels.contains(&"No reports yet".to_owned()) { Err(format!("{labels:?}")) } else { Ok(labels) }
    });
    assert_eq!(labels.len(), 6, "{labels:?}");
    desk.tray().choose(&labels[3]);
    assert_eq!(desk.openings().spreadsheet(SOON, 1).parent(), Some(desk.computer.home.reports().as_path()));
    desk.tray().choose("Open folder");
    assert_eq!(desk.openings().folder(SOON, 1), desk.computer.home.reports());
    assert!(desk.screen().windows().is_empty(), "none of it needs a window");
    desk.tray().choose("Quit");
    app.ends_within(SOON);
    until(SOON, "the icon to go", || desk.tray().icon_now().is_none());
}

#[test]
fn its_icon_tells_four_states_apart() {
    let database = Postgres::shared().database("tray");
    let desk = Desk::fresh();
    let gate = desk.has_gated_report(&database);
    let _app = desk.starts_hidden();
    let idle = desk.tray().icon(SOON);
    let terminal = desk.computer.starts("report run --definition gated --previous-month");
    let running = desk.tray().icon_that(SOON, "running", |icon| icon.picture != idle.picture);
    gate.open();
    assert_eq!(terminal.wait(RUN_WITHIN).code(), 0);
    let new = desk
        .tray()
        .icon_that(SOON, "new", |icon| ![&idle, &running].map(|old| &old.picture).contains(&&icon.picture));
    desk.computer.succeeds("settings set database.port 1");
    assert_eq!(desk.computer.runs("report run --definition gated --previous-month").code(), 1);
    let trouble = desk.tray().icon_that(SOON, "in trouble", |icon| {
        ![&idle, &running, &new].map(|old| &old.picture).contains(&&icon.picture)
    });
    let tips = [&idle, &running, &new, &trouble].map(Icon::says);
    for (number, tip) in tips.iter().enumerate() {
        assert!(!tip.trim().is_empty() && !tips[number + 1..].contains(tip), "{tips:?}");
    }
}

#[test]
fn a_left_click_opens_the_window() {
    let desk = Desk::fresh();
    let app = desk.starts_hidden();
    assert!(desk.screen().windows().is_empty());
    desk.tray().click();
    desk.screen().window(TITLE);
    app.page().see("Try it on this computer");
}

#[test]
fn a_tray_that_comes_later_or_crashes_gets_the_icon() {
    let mut desk = Desk::of(Computer::fresh(), Desktop::options().without_tray());
    let app = desk.opens();
    assert!(app.is_running());
    desk.desktop.start_tray();
    desk.tray().icon(SOON);
    for _ in 0..2 {
        desk.desktop.stop_tray();
        desk.desktop.start_tray();
        desk.tray().icon(SOON);
    }
    assert!(desk.tray().labels().contains(&"Quit".to_owned()));
    desk.tray().choose("Quit");
    app.ends_within(SOON);
}
