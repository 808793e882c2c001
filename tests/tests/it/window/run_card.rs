//! The run card: which report, which days.

use landfall_tests::until;

use super::vocabulary::{Desk, RUN_WITHIN, SOON};

#[test]
fn days_are_picked_in_a_calendar_and_the_file_is_named_after_them() {
    let desk = Desk::with_sample();
    desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part_with("radio", "Range").click();
    page.button("Last 7 days").click();
    page.button("Use these days").click();
    page.button("Run report").click();
    desk.notifications().number(RUN_WITHIN, 1);
    let second = desk.computer.run(10_001);
    let days = ["from", "to"].map(|end| second["period"][end].as_str().expect("a day").to_owned());
    assert!(days[0] < days[1], "{days:?}");
    let file = second["file"].as_str().expect("a file");
    assert!(file.contains(&format!("{}-to-{}", days[0], days[1])), "{file}");
}

#[test]
fn a_report_that_is_there_already_is_offered_beside_another_run() {
    let desk = Desk::with_sample();
    let file = desk.makes_report();
    let app = desk.opens();
    let page = app.page();
    page.part("radio", "Last month").click();
    page.button("Run report").click();
    page.see("You have this report already");
    page.button("Open it").click();
    assert_eq!(desk.openings().spreadsheet(SOON, 1), desk.computer.home.reports().join(file));
    page.button("Run report").click();
    page.button("Run again").click();
    until(RUN_WITHIN, "the second file", || desk.computer.workbooks().len() == 2);
}

#[test]
fn a_report_of_ones_own_is_chosen_by_its_title() {
    let desk = Desk::with_sample();
    desk.makes_report();
    desk.defines("numbers", "Numbers of mine", "SELECT n FROM generate_series(1, 7) AS n WHERE $1 < $2");
    let app = desk.opens();
    let page = app.page();
    page.part("combobox", "Report").click();
    page.part_with("option", "Numbers of mine").click();
    page.part_with("button", "Run").click();
    let ready = desk.notifications().number(RUN_WITHIN, 1);
    assert!(ready.body.contains("7 rows"), "{ready:?}");
}
