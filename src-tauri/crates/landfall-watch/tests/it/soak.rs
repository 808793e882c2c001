//! All scenarios, again and again.

use std::env;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use landfall_watch::Mode;
use tokio::runtime::Builder;

/// A scenario with its name.
pub(crate) type Scenario = (&'static str, fn(Mode) -> Pin<Box<dyn Future<Output = ()> + Send>>);

/// `LANDFALL_SOAK_ROUNDS` sets the number of rounds; 50 without it.
#[test]
#[ignore = "soak: run by cargo xtask soak"]
fn soak_all_scenarios_round_after_round() {
    let rounds = env::var("LANDFALL_SOAK_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(50_usize);
    let scenarios: Vec<_> = [
        super::burst::SCENARIOS,
        super::broken::SCENARIOS,
        super::completeness::SCENARIOS,
        super::folder::SCENARIOS,
        super::names::SCENARIOS,
        super::recursion::SCENARIOS,
        super::replacement::SCENARIOS,
        super::restart::SCENARIOS,
        super::isolation::SCENARIOS,
    ]
    .concat();
    let workers = thread::available_parallelism().map_or(8, |processors| processors.get() * 4);
    for round in 1..=rounds {
        let begun = Instant::now();
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some((name, scenario)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                        for mode in [Mode::Auto, Mode::Poll] {
                            let played = catch_unwind(|| {
                                Builder::new_current_thread()
                                    .enable_all()
                                    .build()
                                    .unwrap()
                                    .block_on(scenario(mode));
                            });
                            assert!(played.is_ok(), "round {round}: {name} with {mode:?} failed");
                        }
                    }
                });
            }
        });
        let count = scenarios.len() * 2;
        eprintln!("round {round} of {rounds}: {count} scenarios, {:.1} s", begun.elapsed().as_secs_f64());
    }
}
