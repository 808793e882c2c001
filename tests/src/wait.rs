//! Waiting with a deadline and a name, in place of sleeping.

use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(10);

/// Asks `answer` until it gives something, at most for `within`.
///
/// # Panics
/// When the deadline passes; the text says what was waited for, so `what` is a noun phrase: "the engine's socket".
pub fn eventually<T>(within: Duration, what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = answer() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {within:?} for {what}, in vain");
        thread::sleep(PAUSE);
    }
}

/// [`eventually`] for a condition: `until(Duration::from_secs(5), "no process left", || home.processes().is_empty())`.
pub fn until(within: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    eventually(within, what, || holds().then_some(()));
}

/// [`eventually`] for an answer that says what it saw instead: `Err` is the text that stands in the failure.
///
/// # Panics
/// When the deadline passes; the text says what was waited for and what was last seen.
pub fn eventually_seen<T>(within: Duration, what: &str, mut answer: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + within;
    loop {
        match answer() {
            Ok(found) => return found,
            Err(seen) => {
                assert!(
                    Instant::now() < deadline,
                    "waited {within:?} for {what}, in vain; last seen: {seen}"
                );
            }
        }
        thread::sleep(PAUSE);
    }
}
