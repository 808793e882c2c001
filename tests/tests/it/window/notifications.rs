//! Notifications on desktops that have no buttons for them, or none at all, and in the other language.

use landfall_tests::desktop::Desktop;

use super::vocabulary::{Desk, RUN_WITHIN, SOON};
use crate::journeys::vocabulary::Computer;

#[test]
fn where_nothing_can_be_clicked_no_buttons_are_sent_and_the_tray_has_the_file() {
    // Some such desktops would make a dialog of a notification with buttons.
    let desk = Desk::of(Computer::with_sample(), Desktop::options().without_notification_buttons());
    let _app = desk.starts_hidden();
    let file = desk.makes_report();
    let ready = desk.notifications().number(RUN_WITHIN, 1);
    assert!(ready.actions.is_empty(), "{ready:?}");
    desk.tray().choose("October 2026");
    assert_eq!(desk.openings().spreadsheet(SOON, 1), desk.computer.home.reports().join(file));
}

#[test]
fn where_nothing_shows_notifications_all_else_works() {
    let desk = Desk::of(Computer::with_sample(), Desktop::options().without_notifications().without_tray());
    let app = desk.opens();
    app.page().button("Try it on this computer").click();
    desk.openings().spreadsheet(RUN_WITHIN, 1);
    app.page().part_with("row", "On desktop").is_there();
    assert!(app.is_running());
}

#[test]
fn what_was_told_to_be_silent_is_silent_and_the_tray_speaks_italian() {
    let desk = Desk::with_sample();
    desk.computer.succeeds("settings set notifications.finished false");
    desk.computer.succeeds("settings set desktop.language it");
    let _app = desk.starts_hidden();
    assert_eq!(desk.tray().labels()[0], "Esegui il mese corrente");
    desk.makes_report();
    desk.tray().icon_that(SOON, "new, in Italian", |icon| icon.says().contains("Un nuovo report"));
    assert!(desk.notifications().all().is_empty());
    desk.computer.succeeds("settings set notifications.finished true");
    desk.makes_report();
    let ready = desk.notifications().number(RUN_WITHIN, 1);
    assert_eq!(ready.buttons(), ["Apri", "Mostra nella cartella"], "{ready:?}");
}
