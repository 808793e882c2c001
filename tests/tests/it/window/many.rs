//! A ledger of 10,000 runs.

use std::process::Command;
use std::time::Instant;

use landfall_tests::{eventually, repository, until};
use serde_json::json;

use super::vocabulary::{Desk, SOON};

const RUNS: usize = 10_000;
/// A page that is not drawn for so long is felt to be stuck.
const STANDS_STILL_MS: u64 = 1_000;

#[test]
fn ten_thousand_runs_are_listed_searched_and_scrolled() {
    let desk = Desk::alone();
    fill(&desk);
    let started = Instant::now();
    let app = desk.opens();
    let page = app.page();
    // A list of which only what is seen is in the page tells a screen reader how long it really is.
    let rows = eventually(SOON, "the list", || {
        let counts =
            "return [...document.querySelectorAll('[aria-rowcount]')].map((list) => list.ariaRowCount)";
        let counts = page.run(counts, Vec::new());
        counts[0].as_str().and_then(|count| count.parse::<usize>().ok()).filter(|count| *count > 1)
    });
    println!("10,000 runs: {:.1} s from the start to the list", started.elapsed().as_secs_f64());
    assert!((RUNS..=RUNS + 1).contains(&rows), "{rows}");
    let drawn = page.names("row").len();
    assert!(drawn < 200, "{drawn} rows in the page");

    let searched = Instant::now();
    page.part_with("searchbox", "Search").fill("15000");
    until(SOON, "the one row", || {
        let rows = page.names("row");
        rows.len() <= 2 && rows.iter().any(|row| row.contains("Failed"))
    });
    println!("10,000 runs: {:.0?} to search, the typing of five letters included", searched.elapsed());
    desk.screen().press(&["Escape"]);
    until(SOON, "all rows again", || page.names("row").len() > 2);

    // Three rows a frame, as by a wheel that is turned without a pause, and a jump of fifty. How fast that is drawn
    // the bench compares with a bare list; here it must only never stand still.
    for rows in [3, 50] {
        let scrolled = page.run_async(SCROLL, vec![json!(rows)]);
        println!("10,000 runs: {rows} rows a frame: {scrolled}");
        assert!(scrolled["most"].as_u64().is_some_and(|most| most < STANDS_STILL_MS), "{scrolled}");
    }
}

/// Scrolls the list 120 times, a frame each, by so many rows; the frames' times in milliseconds.
const SCROLL: &str = "
    const [rows, done] = arguments;
    const list = [...document.querySelectorAll('*')].find((each) => each.scrollHeight > each.clientHeight + 20000);
    if (!list) return done({ error: 'no long list' });
    let last = performance.now(), times = [];
    list.scrollTop = 0;
    const step = (now) => {
        times.push(now - last);
        last = now;
        list.scrollTop += rows * 32;
        if (times.length < 120) return requestAnimationFrame(step);
        times.sort((a, b) => a - b);
        done({ median: Math.round(times[60]), most: Math.round(times[119]), slow: times.filter((each) => each > 50).length });
    };
    requestAnimationFrame(step);
";

/// One failed run, repeated in the ledger.
pub(crate) fn fill(desk: &Desk) {
    desk.computer.succeeds("settings set database.source server");
    desk.computer.succeeds("settings set database.host 127.0.0.1");
    desk.computer.succeeds("settings set database.port 1");
    assert_eq!(desk.computer.runs("report run --previous-month").code(), 1);
    desk.computer.succeeds("engine stop");
    until(SOON, "the engine to be gone", || desk.computer.engines().is_empty());
    let filled = Command::new("python3")
        .arg(repository::file("tests/tests/it/window/many_runs.py"))
        .arg(desk.computer.home.data().join("ledger.sqlite3"))
        .arg(RUNS.to_string())
        .status()
        .expect("python3 runs");
    assert!(filled.success());
}
