//! Days and times between PostgreSQL, whose zero is 2000-01-01, and Excel, whose day 1 is 1900-01-01.

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) const MICROSECONDS_OF_A_DAY: i64 = 86_400_000_000;

/// Excel's number for 2000-01-01.
const EXCEL_2000: i64 = 36_526;
/// Excel's number for 1900-03-01. Before it Excel counts a 29 February 1900 that never was.
const EXCEL_FIRST: i64 = 61;
/// Excel's number for 9999-12-31.
const EXCEL_LAST: i64 = 2_958_465;
/// Seconds from 1970-01-01 to 2000-01-01.
const UNIX_2000: i64 = 946_684_800;

/// Excel's number for a day counted from 2000-01-01, if Excel can show it.
pub(crate) fn excel_day(days: i64) -> Option<i64> {
    let number = days + EXCEL_2000;
    (EXCEL_FIRST..=EXCEL_LAST).contains(&number).then_some(number)
}

/// Excel's number for a local time in microseconds from 2000-01-01 00:00, if Excel can show it.
pub(crate) fn excel_time(microseconds: i64) -> Option<f64> {
    let day = excel_day(microseconds.div_euclid(MICROSECONDS_OF_A_DAY))?;
    Some(day as f64 + microseconds.rem_euclid(MICROSECONDS_OF_A_DAY) as f64 / MICROSECONDS_OF_A_DAY as f64)
}

/// The local time in `zone` of an instant; both in microseconds from 2000-01-01 00:00, the instant in UTC.
/// `None` where the calendar of zones ends (years before -9999 or after 9999).
pub(crate) fn local(microseconds: i64, zone: &TimeZone) -> Option<i64> {
    let unix = microseconds.checked_add(UNIX_2000 * 1_000_000)?;
    let instant = Timestamp::from_microsecond(unix).ok()?;
    let offset = zone.to_offset(instant).seconds();
    microseconds.checked_add(i64::from(offset) * 1_000_000)
}

/// Microseconds from 2000-01-01 00:00 UTC to `instant`.
pub(crate) fn microseconds_of(instant: Timestamp) -> i64 {
    instant.as_microsecond() - UNIX_2000 * 1_000_000
}

/// The day as PostgreSQL writes it: `1850-06-01`, `10000-01-01`, `0044-03-15 BC`.
pub(crate) fn day_text(days: i64) -> String {
    let (date, era) = day_and_era(days);
    format!("{date}{era}")
}

/// The local time as text: `1850-06-01T12:30:00`, with microseconds where there are any.
pub(crate) fn time_text(microseconds: i64) -> String {
    let (date, era) = day_and_era(microseconds.div_euclid(MICROSECONDS_OF_A_DAY));
    format!("{date}T{}{era}", clock_text(microseconds.rem_euclid(MICROSECONDS_OF_A_DAY)))
}

/// The time of day as text: `12:30:00`.
pub(crate) fn clock_text(microseconds: i64) -> String {
    let seconds = microseconds / 1_000_000;
    let fraction = microseconds % 1_000_000;
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { clock } else { format!("{clock}.{fraction:06}") }
}

fn day_and_era(days: i64) -> (String, &'static str) {
    let (year, month, day) = civil(days);
    // There is no year 0: the year before 1 is 1 BC.
    let (year, era) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    (format!("{year:04}-{month:02}-{day:02}"), era)
}

/// Year, month and day of a day counted from 2000-01-01 (proleptic Gregorian). The era of 400 years has 146,097
/// days; years are counted from 1 March, so that the leap day is the last (Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms"). Written out because the calendar of the `jiff` crate ends with the year 9999
/// and PostgreSQL's with 294276.
fn civil(days: i64) -> (i64, i64, i64) {
    // From 0000-03-01 to 2000-01-01.
    let from_march = days + 730_425;
    let era = from_march.div_euclid(146_097);
    let day_of_era = from_march.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use jiff::civil::date;

    use super::*;

    fn days(year: i16, month: i8, day: i8) -> i64 {
        i64::from(date(2000, 1, 1).until(date(year, month, day)).unwrap().get_days())
    }

    #[test]
    fn excel_counts_from_1900_and_is_believed_from_march_on() {
        assert_eq!(excel_day(days(1900, 3, 1)), Some(61));
        assert_eq!(excel_day(days(1900, 2, 28)), None);
        assert_eq!(excel_day(days(2000, 1, 1)), Some(36_526));
        assert_eq!(excel_day(days(9999, 12, 31)), Some(2_958_465));
        assert_eq!(excel_day(days(9999, 12, 31) + 1), None);
        assert_eq!(excel_time(MICROSECONDS_OF_A_DAY / 2), Some(36_526.5));
    }

    #[test]
    fn days_are_written_as_the_server_writes_them() {
        for step in (-3_000_000..2_900_000).step_by(997) {
            let known = date(2000, 1, 1).saturating_add(jiff::Span::new().days(step));
            if known.year() > 0 && known.year() < 9999 {
                assert_eq!(day_text(step), known.to_string());
            }
        }
        assert_eq!(day_text(days(9999, 12, 31) + 1), "10000-01-01");
        assert_eq!(day_text(days(1, 1, 1) - 1), "0001-12-31 BC");
        assert_eq!(
            time_text(days(1850, 6, 1) * MICROSECONDS_OF_A_DAY + 1_500_000),
            "1850-06-01T00:00:01.500000"
        );
    }

    #[test]
    fn instants_are_shown_in_the_zone_of_the_report() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let noon = microseconds_of("2025-07-01T12:00:00Z".parse().unwrap());
        assert_eq!(time_text(local(noon, &berlin).unwrap()), "2025-07-01T14:00:00");
        let winter = microseconds_of("2025-01-01T23:30:00Z".parse().unwrap());
        assert_eq!(time_text(local(winter, &berlin).unwrap()), "2025-01-02T00:30:00");
        assert_eq!(local(i64::MAX - 1, &berlin), None);
    }
}
