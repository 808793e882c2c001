//! Numbers that look random and are a pure function of what they stand for.

/// What a stream of numbers is for; two topics never share numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    Route = 1,
    Passenger = 2,
    Trip = 3,
    Day = 4,
    Booking = 5,
}

/// A stream of numbers for one (seed, topic, subject), by SplitMix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", 2014). Integers only, so every machine makes the same rows.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Dice {
    pub(super) fn new(seed: u64, topic: Topic, subject: i64) -> Dice {
        let topic = mix(seed ^ mix(topic as u64 ^ GOLDEN_GAMMA));
        Dice(mix(topic ^ subject.cast_unsigned().wrapping_mul(GOLDEN_GAMMA)))
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        mix(self.0)
    }

    /// A number in `0..bound`, by multiplication (Lemire 2016); its bias is far below anything a report shows.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        (((self.roll() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A number in `low..=high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::from(self.below((high - low + 1) as u32))
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// An index of `weights`, each as likely as its weight.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        weights.len() - 1
    }
}
