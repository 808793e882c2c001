//! From start to end without a mouse.

use landfall_tests::desktop::Page;
use landfall_tests::eventually_seen;

use super::vocabulary::{Desk, RUN_WITHIN, SOON, TITLE};

/// More steps than any part of the window is away.
const FARTHEST: usize = 60;

#[test]
fn the_main_job_is_done_with_the_keyboard_alone() {
    let desk = Desk::fresh();
    let app = desk.opens();
    let page = app.page();
    desk.screen().activate(&desk.screen().window(TITLE));
    page.see("Try it on this computer");
    goes_to(&desk, page, "button \"Try it on this computer\"");
    desk.screen().press(&["Return"]);
    desk.notifications().number(RUN_WITHIN, 1);

    // The palette: another report, by its words.
    desk.screen().press(&["ctrl+k"]);
    page.part_with("dialog", "Find or do").is_there();
    desk.screen().types("this month");
    page.part_with("option", "this month").is_there();
    desk.screen().press(&["Return"]);
    desk.notifications().number(RUN_WITHIN, 2);

    // The list: search, choose, open.
    desk.screen().press(&["slash"]);
    page.part_with("searchbox", "Search").is_there();
    desk.screen().types("10001");
    eventually_seen(SOON, "one row", || {
        let rows = page.part_with("row", "On desktop").count();
        if rows == 1 { Ok(()) } else { Err(format!("{rows} rows")) }
    });
    desk.screen().press(&["Return"]);
    page.focus_is("grid \"Reports\"");
    desk.screen().press(&["Return"]);
    desk.openings().spreadsheet(SOON, 1);

    // Help, settings, and back.
    desk.screen().press(&["F1"]);
    page.part_with("dialog", "Keyboard help").is_there();
    desk.screen().press(&["Escape"]);
    page.part_with("dialog", "Keyboard help").is_gone();
    goes_to(&desk, page, "button \"Settings\"");
    desk.screen().press(&["Return"]);
    page.part("heading", "Settings").is_there();
}

#[test]
fn wherever_tab_goes_the_focus_is_seen_and_has_a_name() {
    let desk = Desk::with_sample();
    desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    desk.screen().activate(&desk.screen().window(TITLE));
    page.part_with("row", "On desktop").is_there();
    let mut seen = Vec::new();
    for _ in 0..FARTHEST {
        desk.screen().press(&["Tab"]);
        let ring = page.focus_ring();
        let Some(on) = ring["on"].as_str() else { continue };
        let visible =
            ring["visible"] == true || ring["shadow"].as_str().is_some_and(|shadow| shadow != "none");
        assert!(visible, "no ring on {on}: {ring}");
        let spoken = page.spoken_focus();
        assert!(
            spoken.as_ref().is_some_and(|spoken| !spoken.name.is_empty()),
            "{on} has no name: {spoken:?}"
        );
        if seen.first().is_some_and(|first| first == on) {
            break;
        }
        seen.push(on.to_owned());
    }
    assert!(seen.len() > 8, "{seen:?}");
}

/// Presses Tab until what has the focus begins with this.
fn goes_to(desk: &Desk, page: &Page, wanted: &str) {
    let mut passed = Vec::new();
    for _ in 0..FARTHEST {
        let focus = page.focus();
        if focus.starts_with(wanted) {
            return;
        }
        passed.push(focus);
        desk.screen().press(&["Tab"]);
    }
    panic!("Tab never came to {wanted}, only to {passed:?}");
}
