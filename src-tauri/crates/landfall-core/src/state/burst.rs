//! Announcements that come close together: the first is told at once, the others together.

use jiff::{SignedDuration, Timestamp};

use super::{Effect, State};

/// After something was told, what comes within this time is collected and told together.
pub const BURST: SignedDuration = SignedDuration::from_millis(1_500);

/// Whether something was told a moment ago, and whether more has come since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Burst {
    /// When what is collected will be told; `None` in a quiet time.
    ends_at: Option<Timestamp>,
    has_collected: bool,
}

impl Burst {
    /// What becomes of the next announcement: in a quiet time it is told and a burst begins, else it is collected.
    fn begins_with(&mut self, now: Timestamp) -> bool {
        if self.ends_at.is_some() {
            self.has_collected = true;
            return false;
        }
        self.ends_at = Some(now + BURST);
        true
    }

    /// Whether what was collected is to be told now. It is a telling like any other, so that the burst goes on after
    /// it; one in which nothing more came is over.
    fn is_due(&mut self, now: Timestamp) -> bool {
        let Some(ends_at) = self.ends_at else { return false };
        // A clock that was set back must not hold back what was collected.
        if now < ends_at && ends_at.duration_since(now) <= BURST {
            return false;
        }
        let due = std::mem::take(&mut self.has_collected);
        self.ends_at = due.then(|| now + BURST);
        due
    }
}

impl State {
    /// Whether an announcement that comes now is told by itself.
    pub(super) fn is_told_at_once(&mut self, now: Timestamp, effects: &mut Vec<Effect>) -> bool {
        let begins = self.burst.begins_with(now);
        if begins {
            effects.push(Effect::WakeAt(now + BURST));
        }
        begins
    }

    /// Tells what a burst has collected, once it is time.
    pub(super) fn tell_collected(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.burst.is_due(now) {
            effects.extend([Effect::TellCollected, Effect::WakeAt(now + BURST)]);
        }
    }

    /// The same for an engine that ends and will not see that time.
    pub(super) fn tell_collected_at_once(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.burst).has_collected {
            effects.push(Effect::TellCollected);
        }
    }
}
