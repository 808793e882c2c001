//! Numbers, sizes, times and periods, as `ui/src/lib/format.ts` writes them.

use jiff::civil::Date;
use landfall_core::month;
use landfall_core::period::Period;

use super::Words;

const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// `61,740`.
pub(super) fn number(words: Words, number: u64) -> String {
    let separator = match words {
        Words::English => ',',
        Words::Italian => '.',
    };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// With one digit after the point.
fn decimal(words: Words, value: f64) -> String {
    let text = format!("{value:.1}");
    match words {
        Words::English => text,
        Words::Italian => text.replace('.', ","),
    }
}

/// A size in decimal units: `6.5 MB`.
pub(super) fn bytes(words: Words, bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = 0;
    while unit < UNITS.len() - 1 && value >= 999.5 {
        value /= 1000.0;
        unit += 1;
    }
    let shown =
        if unit >= 2 && value < 99.95 { decimal(words, value) } else { number(words, value.round() as u64) };
    format!("{shown} {}", UNITS[unit])
}

/// How long something took: `38 ms`, `1.1 s`, `11 s`, `9:58`.
pub(super) fn duration(words: Words, milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds} ms"),
        100..9950 => format!("{} s", decimal(words, milliseconds as f64 / 1000.0)),
        9950..59_500 => format!("{} s", (milliseconds + 500) / 1000),
        _ => {
            let seconds = milliseconds / 1000;
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            if hours == 0 {
                format!("{minutes}:{seconds:02}")
            } else {
                format!("{hours}:{minutes:02}:{seconds:02}")
            }
        }
    }
}

/// The days of a report inside a sentence: `October 2026`, `1–23 Nov 2026`, `Q2 2026`, `Jan–Oct 2026`.
pub(super) fn period(words: Words, period: &Period) -> String {
    let (from, to) = (period.from, period.to);
    let same_year = from.year() == to.year();
    if from.day() == 1 && to == to.last_of_month() {
        return match (from.month(), to.month()) {
            _ if !same_year => {
                format!("{} {} – {} {}", short(words, from), from.year(), short(words, to), to.year())
            }
            (first, last) if first == last => format!("{} {}", long(words, from), from.year()),
            (1, 12) => from.year().to_string(),
            (first, last) if last - first == 2 && first % 3 == 1 => {
                let quarter = (first + 2) / 3;
                match words {
                    Words::English => format!("Q{quarter} {}", from.year()),
                    Words::Italian => format!("{quarter}º trim. {}", from.year()),
                }
            }
            _ => format!("{}–{} {}", short(words, from), short(words, to), to.year()),
        };
    }
    let end = format!("{} {} {}", to.day(), short(words, to), to.year());
    if from == to {
        end
    } else if !same_year {
        format!("{} {} {} – {end}", from.day(), short(words, from), from.year())
    } else if from.month() != to.month() {
        format!("{} {} – {end}", from.day(), short(words, from))
    } else {
        format!("{}–{end}", from.day())
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn long(words: Words, date: Date) -> &'static str {
    let names = match words {
        Words::English => month::ENGLISH,
        Words::Italian => month::ITALIAN,
    };
    // The calendar has no other months.
    names.get(usize::try_from(date.month() - 1).unwrap_or(0)).copied().unwrap_or_default()
}

fn short(words: Words, date: Date) -> &'static str {
    // The names of months are ASCII in both languages.
    long(words, date).get(..3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(words: Words, from: Date, to: Date) -> String {
        words.period(&Period { from, to, requested_to: None })
    }

    #[test]
    fn periods_are_as_short_as_they_can_be() {
        let english = |from, to| shown(Words::English, from, to);
        assert_eq!(english(date(2026, 11, 1), date(2026, 11, 23)), "1–23 Nov 2026");
        assert_eq!(english(date(2026, 10, 1), date(2026, 10, 31)), "October 2026");
        assert_eq!(english(date(2026, 10, 28), date(2026, 11, 3)), "28 Oct – 3 Nov 2026");
        assert_eq!(english(date(2025, 12, 28), date(2026, 1, 3)), "28 Dec 2025 – 3 Jan 2026");
        assert_eq!(english(date(2026, 11, 5), date(2026, 11, 5)), "5 Nov 2026");
        assert_eq!(english(date(2026, 4, 1), date(2026, 6, 30)), "Q2 2026");
        assert_eq!(english(date(2026, 1, 1), date(2026, 12, 31)), "2026");
        assert_eq!(english(date(2026, 1, 1), date(2026, 10, 31)), "Jan–Oct 2026");
        assert_eq!(english(date(2025, 11, 1), date(2026, 2, 28)), "Nov 2025 – Feb 2026");
        let italian = |from, to| shown(Words::Italian, from, to);
        assert_eq!(italian(date(2026, 10, 1), date(2026, 10, 31)), "Ottobre 2026");
        assert_eq!(italian(date(2026, 11, 1), date(2026, 11, 23)), "1–23 nov 2026");
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(number(Words::English, 0), "0");
        assert_eq!(number(Words::English, 999), "999");
        assert_eq!(number(Words::English, 1_234_567), "1,234,567");
        assert_eq!(number(Words::Italian, 61_740), "61.740");
        assert_eq!(bytes(Words::English, 6_540_000), "6.5 MB");
        assert_eq!(bytes(Words::English, 999_600), "1.0 MB");
        assert_eq!(bytes(Words::English, 12_400), "12 kB");
        assert_eq!(duration(Words::English, 99), "99 ms");
        assert_eq!(duration(Words::Italian, 1_100), "1,1 s");
        assert_eq!(duration(Words::English, 11_400), "11 s");
        assert_eq!(duration(Words::English, 598_000), "9:58");
        assert_eq!(duration(Words::English, 3_723_000), "1:02:03");
    }
}
