//! Numbers, times and periods as people read them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Unit};
use landfall_core::period::Period;
use landfall_core::run::{DatabaseUsed, FileState, Run, RunState};

/// `84,012`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `512 B`, `5.1 MB`; powers of ten, as file managers show them.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be shown as 1000.0.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub(crate) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64().max(0.0)),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `October 2026` for a whole month, `1 to 22 November 2026` within one, else both days.
pub(crate) fn period(period: &Period) -> String {
    let (from, to) = (period.from, period.to);
    if from.first_of_month() != to.first_of_month() {
        return format!("{from} to {to}");
    }
    let month = from.strftime("%B %Y");
    if from == from.first_of_month() && to == to.last_of_month() {
        month.to_string()
    } else if from == to {
        format!("{} {month}", from.day())
    } else {
        format!("{} to {} {month}", from.day(), to.day())
    }
}

/// `today 14:03`, `yesterday 09:12`, else the day and the time, in `zone`.
pub(crate) fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let time = at.strftime("%H:%M");
    if at.date() == today {
        format!("today {time}")
    } else if today.checked_sub(1.day()).is_ok_and(|yesterday| at.date() == yesterday) {
        format!("yesterday {time}")
    } else {
        format!("{} {time}", at.date())
    }
}

/// A moment in full, with its offset, to the second.
pub(crate) fn exactly(at: Timestamp, zone: &TimeZone) -> String {
    let whole = at.round(Unit::Second).unwrap_or(at);
    whole.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// What a list shows as the state of a run: of its file, once that is what matters.
pub(crate) fn state(run: &Run) -> &'static str {
    match (&run.state, run.file_state) {
        (RunState::Succeeded { .. }, FileState::Missing) => "file gone",
        (RunState::Succeeded { .. }, FileState::Trashed) => "in the trash",
        (RunState::Succeeded { .. }, FileState::Deleted) => "deleted",
        (RunState::Succeeded { .. }, _) => "ready",
        (state, _) => state.word(),
    }
}

pub(crate) fn database(database: &DatabaseUsed) -> String {
    match database {
        DatabaseUsed::Sample => "the sample database of this computer".to_owned(),
        DatabaseUsed::Unknown => "(not known any more)".to_owned(),
        DatabaseUsed::Server { host, port, name, user } => format!("{name} on {host}:{port} as {user}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 999, 1000, 84_012, 1_234_567].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "84,012", "1,234,567"]);
        assert_eq!((counted(1, "row", "rows"), counted(0, "row", "rows")), ("1 row".into(), "0 rows".into()));
    }

    #[test]
    fn sizes_and_durations_have_the_unit_that_fits() {
        assert_eq!(
            [0, 999, 1000, 999_960, 5_120_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "1.0 MB", "5.1 MB"]
        );
        let shown = [400, 12_345, 185_000, 7_800_000].map(|ms| duration(SignedDuration::from_millis(ms)));
        assert_eq!(shown, ["0.4 s", "12 s", "3 min 5 s", "2 h 10 min"]);
        assert_eq!(duration(SignedDuration::from_secs(-5)), "0.0 s");
    }

    #[test]
    fn a_period_is_said_as_short_as_it_can_be() {
        let said = |from, to| period(&Period { from, to, requested_to: None });
        assert_eq!(said(date(2026, 10, 1), date(2026, 10, 31)), "October 2026");
        assert_eq!(said(date(2026, 11, 1), date(2026, 11, 22)), "1 to 22 November 2026");
        assert_eq!(said(date(2024, 2, 29), date(2024, 2, 29)), "29 February 2024");
        assert_eq!(said(date(2025, 12, 31), date(2026, 1, 1)), "2025-12-31 to 2026-01-01");
    }

    #[test]
    fn a_moment_is_said_from_where_the_reader_stands() {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let now = "2026-11-22T11:00:00Z".parse().unwrap();
        let said = |at: &str| moment(at.parse().unwrap(), now, &zone);
        assert_eq!(said("2026-11-22T08:05:00Z"), "today 09:05");
        assert_eq!(said("2026-11-21T23:30:00Z"), "today 00:30");
        assert_eq!(said("2026-11-21T22:30:00Z"), "yesterday 23:30");
        assert_eq!(said("2026-10-01T10:00:00Z"), "2026-10-01 12:00");
    }
}
