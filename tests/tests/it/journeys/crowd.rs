//! Twenty terminals at once.

use std::time::{Duration, Instant};

use landfall_tests::program::Running;
use landfall_tests::{eventually, until};
use serde_json::Value;

use super::vocabulary::{Computer, ENGINE_GONE_WITHIN};

#[test]
fn twenty_runs_at_once_share_one_engine_and_lose_nothing() {
    let computer = Computer::with_sample();
    let mut terminals: Vec<Running> =
        (0..20).map(|_| computer.starts("report run --previous-month")).collect();
    until(Duration::from_mins(1), "twenty runs in the ledger", || computer.list().len() == 20);
    computer.has_one_engine();

    // One terminal gets Ctrl+C in the middle of its run, another kill -9.
    let working = eventually(Duration::from_mins(1), "a run that works", || {
        let runs = computer.list();
        let run = runs.iter().find(|run| run["state"] == "running")?["number"].as_u64()?;
        terminals.iter().position(|terminal| number_of(terminal) == Some(run))
    });
    let interrupted = terminals.remove(working);
    let cancelled = number_of(&interrupted).expect("its run has a number");
    interrupted.interrupt();
    let killed = terminals.remove(0);
    let orphan = number_of(&killed).expect("its run has a number");
    killed.kill();
    assert_eq!(interrupted.wait(Duration::from_mins(1)).code(), 130);

    let mut numbers: Vec<u64> = terminals.iter().filter_map(number_of).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 18, "every terminal has a run of its own");
    for terminal in terminals {
        let finished = terminal.wait(Duration::from_mins(3));
        assert_eq!(finished.code(), 0, "{finished}");
    }

    // The run of the killed terminal goes on: a door's death ends nothing but the door.
    until(Duration::from_mins(1), "the run of the killed terminal to end", || {
        computer.run(orphan)["state"] == "succeeded"
    });
    let runs = computer.list();
    let count = |state: &str| runs.iter().filter(|run| run["state"] == state).count();
    let state_of =
        |number: u64| runs.iter().find(|run| run["number"] == number).map(|run: &Value| run["state"].clone());
    assert_eq!((runs.len(), count("succeeded"), count("cancelled")), (20, 19, 1), "{runs:?}");
    assert_eq!(state_of(cancelled), Some(Value::from("cancelled")));
    assert_eq!(computer.workbooks().len(), 19);

    let left = Instant::now();
    computer.has_one_engine();
    until(ENGINE_GONE_WITHIN, "the engine to go", || computer.engines().is_empty());
    assert!(left.elapsed() > Duration::from_secs(12), "gone after {:?}", left.elapsed());
    computer.comes_to_rest();
}

/// The number in `Run 10003: Connecting` on the terminal.
fn number_of(terminal: &Running) -> Option<u64> {
    let said = terminal.stderr();
    let line = said.lines().find_map(|line| line.strip_prefix("Run "))?;
    line.split(':').next()?.parse().ok()
}
