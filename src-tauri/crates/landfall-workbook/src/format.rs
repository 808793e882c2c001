//! A cell as text, near to what a spreadsheet program shows: days and times in the ISO order, decimals as the cell's
//! format has them. Nothing is grouped or translated; that is up to who shows it.

use std::fmt::Write;

use calamine::{DataRef, ExcelDateTime};

/// Characters of a text that is shown; a cell holds up to 32,767.
const LONGEST: usize = 500;
/// Stands at the end of a text that was cut.
const CUT_MARK: char = '…';
/// The day after 9999-12-31, the last that has a number.
const DAYS_END: f64 = 2_958_466.0;
/// The first day whose number means the same in every spreadsheet program: 1900-03-01.
const FIRST_SURE_DAY: f64 = 61.0;
/// Significant digits of a number whose cell has no format of its own.
const GENERAL_DIGITS: usize = 11;
/// More decimals than any format shows.
const MOST_DECIMALS: usize = 30;

/// What a number format (ECMA-376 part 1, 18.8.31) says, as far as it is followed here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NumberFormat {
    /// Digits after the point; none for the format `General` and for those that aren't followed.
    decimals: Option<usize>,
    percent: bool,
    day: bool,
    time: bool,
    seconds: bool,
}

impl NumberFormat {
    /// Reads the first section of the format's code.
    pub(crate) fn of(code: &str) -> Self {
        let mut format = Self::default();
        if code.eq_ignore_ascii_case("general") {
            return format;
        }
        let (mut digits, mut after_point, mut decimals) = (false, false, 0);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter {
                ';' => break,
                '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
                '\\' | '_' | '*' => drop(letters.next()),
                '[' => {
                    let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                    format.time |= matches!(inside.as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss");
                }
                'y' | 'Y' | 'd' | 'D' => format.day = true,
                'h' | 'H' => format.time = true,
                's' | 'S' => {
                    format.time = true;
                    format.seconds = true;
                }
                '%' => format.percent = true,
                '.' => after_point = true,
                '0' | '#' | '?' => {
                    digits = true;
                    decimals += usize::from(after_point && letter == '0');
                }
                // A fraction or an exponent is shown as a plain number.
                '/' | 'E' | 'e' => return Self { decimals: None, ..format },
                _ => {}
            }
        }
        format.decimals = digits.then_some(decimals.min(MOST_DECIMALS));
        format
    }
}

/// Whether it is a number, for the alignment of its column; days and times are none.
pub(crate) fn is_number(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::Int(_) | DataRef::Float(_))
}

/// The text that a cell shows.
pub(crate) fn text(value: &DataRef<'_>, format: NumberFormat) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(value) => number(*value, format),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => cut(text),
        DataRef::SharedString(text) => cut(text),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(at) => moment(at, format),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A name or a title, cut like the text of a cell.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((at, _)) => text[..at].chars().chain([CUT_MARK]).collect(),
    }
}

fn number(value: f64, format: NumberFormat) -> String {
    let value = if format.percent { value * 100.0 } else { value };
    let mut text = match format.decimals {
        Some(decimals) => format!("{value:.decimals$}"),
        None => general(value),
    };
    // A negative number that rounds to nothing has no sign.
    if text.starts_with('-') && text.chars().all(|letter| matches!(letter, '-' | '0' | '.')) {
        text.remove(0);
    }
    if format.percent {
        text.push('%');
    }
    text
}

/// Whole numbers in full, others without the noise of the last binary digits.
fn general(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    if !value.is_finite() || value.abs() >= 1e15 || value.abs() < 1e-9 {
        return format!("{value:e}");
    }
    let before = if value.abs() < 1.0 { 1 } else { value.abs().log10() as usize + 1 };
    let text = format!("{value:.*}", GENERAL_DIGITS.saturating_sub(before));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn moment(at: &ExcelDateTime, format: NumberFormat) -> String {
    let serial = at.as_f64();
    if !(0.0..DAYS_END).contains(&serial) {
        return general(serial);
    }
    if at.is_duration() {
        let seconds = (serial * 86_400.0).round() as u64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let mut text = String::new();
    // Without a format that says otherwise a moment at midnight is a day, and one before the first day a time.
    let is_midnight = (hour, minute, second) == (0, 0, 0);
    let shows_time = format.time || (!format.day && !is_midnight);
    if format.day || (!format.time && serial >= FIRST_SURE_DAY) || !shows_time {
        // Writing to a string can't fail.
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    }
    if shows_time {
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}{hour:02}:{minute:02}");
        if format.seconds {
            let _ = write!(text, ":{second:02}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn shown(value: f64, code: &str) -> String {
        text(&DataRef::Float(value), NumberFormat::of(code))
    }

    #[test]
    fn numbers_have_the_decimals_of_their_format() {
        for (value, code, expected) in [
            (7.5, "#,##0.00", "7.50"),
            (12_345.0, "#,##0.00", "12345.00"),
            (-0.001, "0.00", "0.00"),
            (0.256, "0.0%", "25.6%"),
            (3.0, "#,##0", "3"),
            (3.0, "General", "3"),
            (0.1 + 0.2, "General", "0.3"),
            (1_234_567.891_234, "General", "1234567.8912"),
            (123_456_789_012.0, "General", "123456789012"),
            (1.5e30, "General", "1.5e30"),
            (2.5, "\"Total: \"0.00;[Red]-0.0", "2.50"),
            (0.5, "# ?/?", "0.5"),
            (f64::INFINITY, "General", "inf"),
        ] {
            assert_eq!(shown(value, code), expected, "{value} {code}");
        }
    }

    #[test]
    fn days_and_times_stand_in_the_order_that_sorts() {
        let moment = |serial, code| {
            let at = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false);
            text(&DataRef::DateTime(at), NumberFormat::of(code))
        };
        assert_eq!(moment(46_296.0, "yyyy-mm-dd"), "2026-10-01");
        assert_eq!(moment(46_296.5, "d/m/yy"), "2026-10-01");
        assert_eq!(moment(46_296.5, "yyyy-mm-dd hh:mm"), "2026-10-01 12:00");
        assert_eq!(moment(46_296.0, "yyyy-mm-dd hh:mm:ss"), "2026-10-01 00:00:00");
        assert_eq!(moment(0.75, "h:mm"), "18:00");
        assert_eq!(moment(1e300, "yyyy-mm-dd"), "1e300");
        assert_eq!(moment(-5.0, "yyyy-mm-dd"), "-5");
        let length = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(&DataRef::DateTime(length), NumberFormat::of("[h]:mm")), "36:00:00");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let long = "🚆".repeat(LONGEST + 1);
        let shown = cut(&long);
        assert_eq!(shown.chars().count(), LONGEST + 1);
        assert!(shown.ends_with(CUT_MARK));
        assert_eq!(cut("short"), "short");
    }
}
