//! Which days have sample rows.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// Days of the window, as the contract fixes it.
pub const WINDOW_DAYS: u32 = 400;

/// A ticket's trip leaves at least one and at most this many days after the booking.
pub(super) const LAST_TRIP_AFTER_DAYS: i32 = 28;

/// A day as its distance from 1970-01-01. Ids of a day's rows are `day * 1000 + n`, so days never collide and any
/// order of filling gives the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub(super) i32);

impl Day {
    /// Rows that one day may have in one table.
    pub(super) const IDS: i64 = 1000;

    /// The day of a calendar date (UTC).
    pub fn of(date: Date) -> Day {
        let days = date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
        Day(days as i32)
    }

    /// The calendar date (UTC).
    pub fn date(self) -> Date {
        Date::constant(1970, 1, 1).saturating_add(self.0.days())
    }

    /// The first moment of the day.
    pub(super) fn start(self) -> Timestamp {
        Timestamp::from_second(i64::from(self.0) * 86_400).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn at_second(self, second: i64) -> Timestamp {
        Timestamp::from_second(i64::from(self.0) * 86_400 + second).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn plus(self, days: i32) -> Day {
        Day(self.0 + days)
    }

    pub(super) fn first_id(self) -> i64 {
        i64::from(self.0) * Day::IDS
    }
}

/// The days that have sales, and the days that have trips for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    first: Day,
    last: Day,
}

impl Window {
    /// The 400 days that end the day before `today` (UTC).
    pub fn before(today: Date) -> Window {
        let last = Day::of(today).plus(-1);
        Window { first: last.plus(1 - WINDOW_DAYS as i32), last }
    }

    /// Days with sales, oldest first.
    pub fn days(self) -> impl DoubleEndedIterator<Item = Day> + Clone {
        (self.first.0..=self.last.0).map(Day)
    }

    /// Days with trips: the window, and the days after it that its tickets point to.
    pub fn trip_days(self) -> impl DoubleEndedIterator<Item = Day> + Clone {
        (self.first.0..=self.last.0 + LAST_TRIP_AFTER_DAYS).map(Day)
    }

    pub(super) fn has_sales(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    pub(super) fn has_trips(self, day: Day) -> bool {
        self.first <= day && day <= self.last.plus(LAST_TRIP_AFTER_DAYS)
    }
}
