//! Whether the computer was asleep: one clock goes on while it sleeps, the other stands still.

use std::time::Duration;

use jiff::SignedDuration;
use landfall_core::state::Event;
use rustix::time::{ClockId, Timespec, clock_gettime};
use tokio::sync::mpsc;

use crate::engine::{Incoming, now};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A gap below this is the jitter of two readings, not a sleep.
const SHORTEST_SLEEP: SignedDuration = SignedDuration::from_secs(2);

/// How far the clock that counts sleep is ahead of the one that does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lead(SignedDuration);

impl Lead {
    fn read() -> Self {
        let boot = in_duration(clock_gettime(ClockId::Boottime));
        let awake = in_duration(clock_gettime(ClockId::Monotonic));
        Self(boot - awake)
    }

    /// How long the computer slept between two readings, if it did.
    fn slept_since(self, earlier: Self) -> Option<SignedDuration> {
        let gap = self.0 - earlier.0;
        (gap >= SHORTEST_SLEEP).then_some(gap)
    }
}

fn in_duration(time: Timespec) -> SignedDuration {
    SignedDuration::new(time.tv_sec, i32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Tells the engine of every sleep from now on.
pub(crate) fn watch(incoming: mpsc::Sender<Incoming>) {
    tokio::spawn(async move {
        let mut before = Lead::read();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let lead = Lead::read();
            if let Some(duration) = lead.slept_since(before) {
                tracing::info!("the computer slept for {} s", duration.as_secs());
                let event = Event::Slept { duration, now: now() };
                if incoming.send(Incoming::Event(Box::new(event))).await.is_err() {
                    return;
                }
            }
            before = lead;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_gap_between_the_clocks_is_a_sleep() {
        let lead = |seconds| Lead(SignedDuration::from_secs(seconds));
        assert_eq!(lead(730).slept_since(lead(10)), Some(SignedDuration::from_mins(12)));
        assert_eq!(lead(10).slept_since(lead(10)), None);
        assert_eq!(lead(11).slept_since(lead(10)), None);
    }

    #[test]
    fn a_computer_that_is_awake_has_not_slept() {
        let before = Lead::read();
        assert_eq!(Lead::read().slept_since(before), None);
    }
}
