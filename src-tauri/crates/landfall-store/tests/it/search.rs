//! Finding runs.

use std::time::{Duration, Instant};

use jiff::civil::date;
use landfall_core::api::RunFilter;
use landfall_core::run::Run;
use landfall_store::Ledger;

use crate::vocabulary::{FOLDER, RunWords, at, new_ledger, run, sidecar_of};

fn search(ledger: &Ledger, words: &str) -> Vec<u64> {
    let filter = RunFilter { search: Some(words.to_owned()), ..RunFilter::default() };
    let (runs, total) = ledger.runs(&filter).unwrap();
    assert_eq!(runs.len() as u64, total);
    runs.iter().map(|run| run.number).collect()
}

fn ledger_with(runs: impl IntoIterator<Item = Run>) -> (crate::vocabulary::Home, Ledger) {
    let (home, mut ledger) = new_ledger();
    for run in runs {
        ledger.insert_run(&run).unwrap();
    }
    (home, ledger)
}

#[test]
fn every_word_must_occur_somewhere() {
    let (_home, ledger) = ledger_with([
        run(10_000).succeeded(),
        run(10_001).of_definition("refunds", "Rückzahlungen, 100 % (ALT)").failed(),
        run(10_002).over(date(2025, 12, 20), date(2026, 2, 3)),
    ]);
    assert_eq!(search(&ledger, ""), [10_002, 10_001, 10_000]);
    assert_eq!(search(&ledger, "Ticketing"), [10_002, 10_000]);
    assert_eq!(search(&ledger, "october 2026"), [10_001, 10_000]);
    assert_eq!(search(&ledger, "2026 OCT succeeded"), [10_000]);
    assert_eq!(search(&ledger, "2026-10-31"), [10_001, 10_000]);
    assert_eq!(search(&ledger, "january"), [10_002]);
    assert_eq!(search(&ledger, "Ottobre 2026"), [10_001, 10_000]);
    assert_eq!(search(&ledger, "2026 ott succeeded"), [10_000]);
    assert_eq!(search(&ledger, "gennaio"), [10_002]);
    assert!(search(&ledger, "maggio").is_empty());
    assert_eq!(search(&ledger, "2026-01"), [10_002]);
    assert_eq!(search(&ledger, "queued"), [10_002]);
    assert_eq!(search(&ledger, "10001"), [10_001]);
    assert_eq!(search(&ledger, "rückzahlungen alt"), [10_001]);
    assert_eq!(search(&ledger, "100 %"), [10_001]);
    assert_eq!(search(&ledger, "2025-12-20-to-2026-02-03-10002.xlsx"), [10_002]);
    assert!(search(&ledger, "ticketing refunds").is_empty());
    let many: Vec<String> = (0..5_000).map(|word| format!("w{word}")).collect();
    assert!(search(&ledger, &many.join(" ")).is_empty());
    for pattern in ["%_%", "_", "*", "' OR 1", "\"", "\\"] {
        assert!(search(&ledger, pattern).is_empty(), "{pattern} is text, not a pattern");
    }
}

#[test]
fn a_run_is_found_by_the_state_it_has_now() {
    let (_home, mut ledger) = ledger_with([run(10_000).running()]);
    ledger.update_run(&run(10_000).failed()).unwrap();
    assert!(search(&ledger, "running").is_empty());
    assert_eq!(search(&ledger, "failed"), [10_000]);
}

#[test]
fn filters_and_pages_go_together_with_the_total() {
    let (_home, ledger) = ledger_with((10_000..10_030).map(|number| match number % 3 {
        0 => run(number).failed(),
        1 => run(number).of_definition("refunds", "Refunds").succeeded(),
        _ => run(number).succeeded(),
    }));
    let page = |state: Option<&str>, definition: Option<&str>, limit, offset| {
        let filter = RunFilter {
            search: None,
            state: state.map(str::to_owned),
            definition: definition.map(str::to_owned),
            limit,
            offset,
        };
        let (runs, total) = ledger.runs(&filter).unwrap();
        (runs.iter().map(|run| run.number).collect::<Vec<_>>(), total)
    };
    assert_eq!(page(Some("failed"), None, Some(2), 0), (vec![10_029, 10_026], 10));
    assert_eq!(page(Some("failed"), None, Some(2), 9), (vec![10_002], 10));
    assert_eq!(page(Some("failed"), None, Some(2), 10), (vec![], 10));
    assert_eq!(page(Some("succeeded"), Some("refunds"), Some(1), 0).1, 10);
    assert_eq!(page(Some("no such state"), None, None, 0), (vec![], 0));
    assert_eq!(page(None, None, None, 28), (vec![10_001, 10_000], 30));
    assert_eq!(page(None, None, Some(0), 0), (vec![], 30));
}

#[test]
fn ten_thousand_runs_are_searched_in_a_moment() {
    let (_home, mut ledger) = new_ledger();
    let found: Vec<_> = (10_000..20_000).map(|number| sidecar_of(&run(number).succeeded())).collect();
    ledger.rebuild_from_sidecars(FOLDER, &found, at(0)).unwrap();
    let filter =
        |search: &str, limit| RunFilter { search: Some(search.to_owned()), limit, ..RunFilter::default() };
    for (search, matching) in [("october ticketing", 10_000), ("no such words", 0), ("19999", 1)] {
        let filter = filter(search, Some(50));
        let took = (0..5)
            .map(|_| {
                let started = Instant::now();
                assert_eq!(ledger.runs(&filter).unwrap().1, matching, "{search}");
                started.elapsed()
            })
            .min()
            .unwrap();
        // The aim is 50 ms; the best of a few on a busy machine gets some air.
        assert!(took < Duration::from_millis(250), "{search} took {took:?}");
    }
    let (all, _) = ledger.runs(&filter("", None)).unwrap();
    assert_eq!(all.len(), 10_000);
    assert!(all.iter().all(|run| run.steps.len() == 2));
}
