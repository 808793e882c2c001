//! The days a report covers: what a person asks for, and what that means on a given day in a given zone.

use std::ops::Range;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PeriodChoice {
    /// The 1st of this month to today.
    CurrentMonth,
    /// The whole month before this one.
    PreviousMonth,
    /// Both days inclusive.
    Range { start: Date, end: Date },
}

/// The calendar days of a report, both inclusive, in the report's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Period {
    pub from: Date,
    pub to: Date,
    /// The end that was asked for, where it lay in the future and was set back to today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_to: Option<Date>,
}

/// Why a period can't be reported on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("\"{0}\" is not a date")]
    Malformed(String),
    #[error("\"{0}\" does not exist in the calendar")]
    Impossible(String),
    #[error("the end {end} lies before the start {start}")]
    EndBeforeStart { start: Date, end: Date },
    #[error("the start {start} lies in the future (today is {today})")]
    StartInFuture { start: Date, today: Date },
}

impl DateError {
    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Malformed(_) => "Write dates as year-month-day, for example 2025-01-31.".to_owned(),
            Self::Impossible(_) => {
                "Check the day and the month; the last day of a month is 28, 29, 30 or 31.".to_owned()
            }
            Self::EndBeforeStart { start, end } => {
                format!("Swap them: --start-date {end} --end-date {start}.")
            }
            Self::StartInFuture { today, .. } => {
                format!("Reports look back: choose a start on or before {today}.")
            }
        }
    }
}

/// Reads a calendar day written as `2025-01-31`.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let digits = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<i16>().ok())
    };
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return Err(DateError::Malformed(text.to_owned()));
    };
    let (Some(Some(year)), Some(Some(month)), Some(Some(day))) =
        (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return Err(DateError::Malformed(text.to_owned()));
    };
    // Four digits for the year and two for the rest always fit.
    Date::new(year, month as i8, day as i8).map_err(|_| DateError::Impossible(text.to_owned()))
}

/// The days that `choice` means when today is `today` in the report's zone (contract, "Runs, names, periods").
pub fn resolve(choice: PeriodChoice, today: Date) -> Result<Period, DateError> {
    match choice {
        PeriodChoice::CurrentMonth => {
            Ok(Period { from: today.first_of_month(), to: today, requested_to: None })
        }
        PeriodChoice::PreviousMonth => {
            let to = today.first_of_month().saturating_sub(1.day());
            Ok(Period { from: to.first_of_month(), to, requested_to: None })
        }
        PeriodChoice::Range { start, end } if end < start => Err(DateError::EndBeforeStart { start, end }),
        PeriodChoice::Range { start, .. } if start > today => Err(DateError::StartInFuture { start, today }),
        PeriodChoice::Range { start, end } if end > today => {
            Ok(Period { from: start, to: today, requested_to: Some(end) })
        }
        PeriodChoice::Range { start, end } => Ok(Period { from: start, to: end, requested_to: None }),
    }
}

impl Period {
    /// The instants of the query: from 00:00 of the first day up to, not including, 00:00 of the day after
    /// the last, in `zone`. A day is 23 or 25 hours long where the clocks change; where midnight itself is
    /// skipped, the day begins at its first instant.
    pub fn instants(&self, zone: &TimeZone) -> Result<Range<Timestamp>, jiff::Error> {
        let from = self.from.to_zoned(zone.clone())?.timestamp();
        let to = self.to.checked_add(1.day())?.to_zoned(zone.clone())?.timestamp();
        Ok(from..to)
    }

    /// Number of calendar days.
    pub fn days(&self) -> i32 {
        (self.to - self.from).get_days() + 1
    }
}

/// `2025-01-01 to 2025-01-31`, as people read it.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn current_month_runs_from_the_first_to_today() {
        let period = resolve(PeriodChoice::CurrentMonth, date(2026, 11, 22)).unwrap();
        assert_eq!((period.from, period.to), (date(2026, 11, 1), date(2026, 11, 22)));
        let first = resolve(PeriodChoice::CurrentMonth, date(2026, 11, 1)).unwrap();
        assert_eq!((first.from, first.to, first.days()), (date(2026, 11, 1), date(2026, 11, 1), 1));
    }

    #[test]
    fn previous_month_is_whole_also_across_the_year_and_in_leap_years() {
        let of = |today| {
            let period = resolve(PeriodChoice::PreviousMonth, today).unwrap();
            (period.from, period.to)
        };
        assert_eq!(of(date(2026, 1, 31)), (date(2025, 12, 1), date(2025, 12, 31)));
        assert_eq!(of(date(2024, 3, 31)), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(of(date(2026, 11, 22)), (date(2026, 10, 1), date(2026, 10, 31)));
    }

    #[test]
    fn a_range_is_refused_with_its_reason_or_clamped_to_today() {
        let today = date(2026, 11, 22);
        let range = |start, end| resolve(PeriodChoice::Range { start, end }, today);
        assert!(matches!(range(date(2025, 2, 1), date(2025, 1, 1)), Err(DateError::EndBeforeStart { .. })));
        assert!(matches!(
            range(date(2026, 11, 23), date(2026, 11, 30)),
            Err(DateError::StartInFuture { .. })
        ));
        let clamped = range(date(2026, 11, 20), date(2026, 12, 31)).unwrap();
        assert_eq!((clamped.to, clamped.requested_to), (today, Some(date(2026, 12, 31))));
        assert_eq!(range(today, today).unwrap().days(), 1);
    }

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(parse_date("2025-01-31"), Ok(date(2025, 1, 31)));
        assert!(matches!(parse_date("2025-02-31"), Err(DateError::Impossible(_))));
        for text in ["31/01/2025", "2025-1-1", "20250101", "", "2025-01-01x", "today", "2025-01-01-01"] {
            assert!(matches!(parse_date(text), Err(DateError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn days_are_23_or_25_hours_where_the_clocks_change() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let hours = |day| {
            let range = Period { from: day, to: day, requested_to: None }.instants(&zone).unwrap();
            range.end.duration_since(range.start).as_hours()
        };
        assert_eq!(hours(date(2026, 3, 29)), 23);
        assert_eq!(hours(date(2026, 10, 25)), 25);
        assert_eq!(hours(date(2026, 6, 1)), 24);
    }

    #[test]
    fn a_day_without_a_midnight_begins_at_its_first_instant() {
        // In 2018 the clocks of São Paulo went from 23:59:59 on 3 November to 01:00 on 4 November.
        let zone = TimeZone::get("America/Sao_Paulo").unwrap();
        let day = date(2018, 11, 4);
        let range = Period { from: day, to: day, requested_to: None }.instants(&zone).unwrap();
        assert_eq!(range.start.to_string(), "2018-11-04T03:00:00Z");
        assert_eq!(range.end.duration_since(range.start).as_hours(), 23);
    }
}
