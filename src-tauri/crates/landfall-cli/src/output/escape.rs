//! Text from outside on a terminal: file names and messages must not be able to move the cursor, hide text or
//! forge lines.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with every control character, and every character that changes the direction of text, as a visible
/// escape. Everything else stays, right-to-left letters and emoji included.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            _ if is_dangerous(character) => {
                // Writing to a String can't fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// As [`safe`], line by line.
pub(crate) fn safe_lines(text: &str) -> String {
    text.lines().map(safe).collect::<Vec<_>>().join("\n")
}

fn is_dangerous(character: char) -> bool {
    // Control characters of C0, C1 and DEL; line and paragraph separators; marks, embeddings, overrides and
    // isolates of the bidirectional algorithm (UAX #9); the byte order mark.
    character.is_control()
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_talk_to_the_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\u{7}.xlsx"), "a\\u{1b}[2Jb\\u{7}.xlsx");
        assert_eq!(safe("two\nlines\t\r"), "two\\nlines\\t\\r");
        assert_eq!(safe("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(safe("gnp.\u{202e}xslx.exe"), "gnp.\\u{202e}xslx.exe");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["ticketing-report.xlsx", "città 日本 עברית 🚆", "back\\slash", ""] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn lines_of_a_message_stay_lines() {
        assert_eq!(safe_lines("one\n\u{1b}two"), "one\n\\u{1b}two");
    }
}
