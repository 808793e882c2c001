//! What a screen reader reads, and what axe finds.

use std::fs;

use landfall_tests::desktop::{Desktop, Page};
use landfall_tests::repository;
use serde_json::{Value, json};

use super::vocabulary::{Desk, RUN_WITHIN, SOON};
use crate::journeys::vocabulary::Computer;

#[test]
fn a_screen_reader_finds_every_part_of_the_main_journey_by_role_and_name() {
    let desk = Desk::of(Computer::fresh(), Desktop::options().with_screen_reader());
    let app = desk.opens();
    let reader = desk.desktop.accessibility();
    reader.object(SOON, "frame", "Landfall");
    reader.object(SOON, "heading", "Reports");
    reader.object(SOON, "push button", "Try it on this computer");
    app.page().button("Try it on this computer").click();
    desk.notifications().number(RUN_WITHIN, 1);
    reader.object(SOON, "push button", "Run report");
    reader.object(SOON, "radio button", "Last month");
    reader.object(SOON, "entry", "Search the library");
    reader.object(SOON, "push button", "Settings");
}

#[test]
fn axe_finds_nothing_in_the_real_window_in_either_theme() {
    let desk = Desk::with_sample();
    desk.makes_report();
    for theme in ["light", "dark"] {
        desk.computer.succeeds(&format!("settings set desktop.theme {theme}"));
        let app = desk.opens();
        let page = app.page();
        page.part_with("row", "On desktop").click();
        page.see("Revenue per day");
        is_clean(page, &format!("reports, {theme}"));
        page.button("Settings").click();
        page.part("heading", "Settings").is_there();
        is_clean(page, &format!("settings, {theme}"));
        desk.screen().press(&["ctrl+k"]);
        page.part_with("dialog", "Find or do").is_there();
        is_clean(page, &format!("palette, {theme}"));
        drop(app);
    }
}

/// Scripts of the WebDriver are not subject to the page's policy, so axe runs in the page as it is.
fn is_clean(page: &Page, view: &str) {
    let axe = fs::read_to_string(repository::file("ui/node_modules/axe-core/axe.min.js"))
        .expect("axe-core (cargo xtask test installs it)");
    page.run(&axe, Vec::new());
    let script = "const done = arguments[arguments.length - 1];
        // Colours on their way from one to another are nobody's choice.
        const settled = (each) => each.effect.getComputedTiming().endTime === Infinity || each.finished;
        Promise.allSettled(document.getAnimations().map(settled))
            .then(() => axe.run(document, { resultTypes: ['violations'] }))
            .then((found) => done(found.violations.map((each) =>
                `${each.id}: ${each.help}: ${each.nodes.map((node) => node.html).join(' ')}`)))
            .catch((error) => done([String(error)]));";
    let found: Value = page.run_async(script, Vec::new());
    assert_eq!(found, json!([]), "{view}");
}
