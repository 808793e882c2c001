//! Names of sheets, as Excel allows them.

/// UTF-16 units of the longest name of a sheet.
const LONGEST: usize = 31;

/// The nearest name that Excel accepts: no `[ ] : * ? / \`, no control characters, no `'` at either end, at most
/// 31 UTF-16 units, not empty, not the reserved "History", and not the name of the Summary sheet.
pub fn sanitise_sheet_name(name: &str) -> String {
    let replaced: String = name
        .chars()
        .map(|letter| if "[]:*?/\\".contains(letter) || letter.is_control() { ' ' } else { letter })
        .collect();
    let trimmed =
        |text: &str| text.trim_matches(|letter: char| letter == '\'' || letter.is_whitespace()).to_owned();
    let short = trimmed(&cut(&trimmed(&replaced), LONGEST));
    match short.to_lowercase().as_str() {
        "" => "Rows".to_owned(),
        "history" | "summary" => format!("{short} rows"),
        _ => short,
    }
}

/// The name of the `part`th sheet of rows, from 1: `Tickets`, `Tickets (2)`, …
pub fn sheet_name_of_part(name: &str, part: usize) -> String {
    if part <= 1 {
        return name.to_owned();
    }
    let ending = format!(" ({part})");
    format!("{}{ending}", cut(name, LONGEST - ending.len()).trim_end())
}

/// The longest beginning of at most `units` UTF-16 units.
fn cut(text: &str, units: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|letter| {
            used += letter.len_utf16();
            used <= units
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_excel_accepts() {
        for (given, accepted) in [
            ("Tickets", "Tickets"),
            ("a/b\\c:d*e?f[g]h", "a b c d e f g h"),
            ("'quoted'", "quoted"),
            ("", "Rows"),
            ("???", "Rows"),
            ("History", "History rows"),
            ("SUMMARY", "SUMMARY rows"),
            ("a\nb", "a b"),
            ("0123456789012345678901234567890123", "0123456789012345678901234567890"),
        ] {
            assert_eq!(sanitise_sheet_name(given), accepted, "{given:?}");
        }
        let emoji = "🚆".repeat(20);
        assert_eq!(sanitise_sheet_name(&emoji).encode_utf16().count(), 30);
    }

    #[test]
    fn further_parts_are_numbered_within_the_length() {
        assert_eq!(sheet_name_of_part("Tickets", 1), "Tickets");
        assert_eq!(sheet_name_of_part("Tickets", 2), "Tickets (2)");
        assert_eq!(sheet_name_of_part(&"x".repeat(31), 12).len(), 31);
    }
}
