//! Twenty terminals at once.

use std::time::{Duration, Instant};

use landfall_tests::program::Running;
use landfall_tests::until;

use super::vocabulary::{Computer, ENGINE_GONE_WITHIN};

#[test]
fn twenty_runs_at_once_share_one_engine_and_lose_nothing() {
    let computer = Computer::with_sample();
    let mut terminals: Vec<Running> =
        (0..20).map(|_| computer.starts("report run --previous-month --json")).collect();
    until(Duration::from_mins(1), "a run to begin", || {
        computer.list().iter().any(|run| run["state"] == "running")
    });
    assert_eq!(computer.engines().len(), 1);

    // The first terminal gets Ctrl+C, the second kill -9.
    let interrupted = terminals.remove(0);
    interrupted.interrupt();
    let killed = terminals.remove(0);
    killed.kill();
    assert_eq!(interrupted.wait(Duration::from_mins(1)).code(), 130);

    let mut numbers = Vec::new();
    for terminal in terminals {
        let finished = terminal.wait(Duration::from_mins(3));
        assert_eq!(finished.code(), 0, "{finished}");
        let printed: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
        let run = &printed["run"];
        assert_eq!(run["state"], "succeeded");
        numbers.push(run["number"].as_u64().expect("a number"));
    }
    let left = Instant::now();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 18, "every terminal has a run of its own");

    // The run of the killed terminal goes on: a door's death ends nothing but the door.
    until(Duration::from_mins(1), "the last run to end", || {
        computer.list().iter().all(|run| {
            !["queued", "running", "cancelling"].contains(&run["state"].as_str().unwrap_or_default())
        })
    });
    let runs = computer.list();
    let count = |state: &str| runs.iter().filter(|run| run["state"] == state).count();
    assert!(runs.len() >= 19, "{} runs are in the ledger", runs.len());
    assert_eq!(count("cancelled"), runs.len() - count("succeeded"), "the rest was cancelled by Ctrl+C");
    assert!(count("cancelled") <= 1);
    assert_eq!(computer.workbooks().len(), count("succeeded"));
    assert_eq!(computer.engines().len(), 1);
    until(ENGINE_GONE_WITHIN, "the engine to go", || computer.engines().is_empty());
    assert!(left.elapsed() < Duration::from_mins(1));
    computer.comes_to_rest();
}
