//! Taking passwords out of text that is written to a log or shown to be copied.
//!
//! Nothing that is secret is meant to be in such text. This is the second lock: messages of other programs and of
//! databases are text from outside, and may repeat what they were given. Where it can't be told how far a password
//! goes, more is taken out rather than less.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// What stands for a password.
const HIDDEN: &str = "***";

/// `scheme://user:password@`, up to the last `@` of the word: a password may hold one.
static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?P<before>://[^\s:@/]*:)\S*@"));

/// `password=…`, `DB_PASSWORD=…`, `"password": …`, `pwd:…` and the like, each with its value.
///
/// "The right password: landfall db password set" is a sentence: after a colon and a blank, only a value in quotes,
/// or one whose name stood in quotes, is taken for a password.
static AFTER_NAME: LazyLock<Regex> = LazyLock::new(|| {
    const NAME: &str = r"(?:password|passwd|passphrase|pwd)";
    // In the first, the text in quotes stands within a text in quotes, so that each of its own signs is escaped twice.
    const QUOTED: &str = r#"(?:\\"(?:[^\\"]|\\\\(?:\\\\|\\"|[^\\"]))*(?:\\"|$)|"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))[^\s&,;)}\]\\]*"#;
    const BARE: &str = r"[^\s&]+";
    pattern(&format!(
        r#"(?i)(?P<before>{NAME}(?:=|[ \t]+=[ \t]*|:|\\?["'][ \t]*[:=][ \t]*)(?:Some\()?)(?:{QUOTED}|{BARE})|(?P<words>{NAME}:[ \t]+(?:Some\()?){QUOTED}"#
    ))
});

/// The text without passwords.
pub fn redact(text: &str) -> Cow<'_, str> {
    if !IN_ADDRESS.is_match(text) && !AFTER_NAME.is_match(text) {
        return Cow::Borrowed(text);
    }
    // Line by line, so that a quote that never ends takes no more with it than its line.
    Cow::Owned(text.split_inclusive('\n').map(redact_line).collect())
}

fn redact_line(line: &str) -> String {
    let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
    let line = IN_ADDRESS.replace_all(line, format!("${{before}}{HIDDEN}@"));
    let line = AFTER_NAME.replace_all(&line, format!("${{before}}${{words}}{HIDDEN}"));
    format!("{line}{end}")
}

#[expect(clippy::expect_used, reason = "the patterns are in the program and tested")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("BUG: a pattern for passwords is no pattern")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_password_is_hidden_in_every_way_it_is_written() {
        for (text, shown) in [
            ("to postgres://me:s3cr3t@db:5432/x now", "to postgres://me:***@db:5432/x now"),
            ("postgresql://:s3cr3t@db", "postgresql://:***@db"),
            ("postgres://me:s3/cr@3t:@db/x", "postgres://me:***@db/x"),
            (
                "DB_PASSWORD=s3cr3t\nhost=db password=s3cr3t port=1",
                "DB_PASSWORD=***\nhost=db password=*** port=1",
            ),
            ("LANDFALL_DB_PASSWORD=s3cr3t landfall", "LANDFALL_DB_PASSWORD=*** landfall"),
            ("PGPASSWORD='s3 cr\\'3t' psql", "PGPASSWORD=*** psql"),
            ("url?password=a%20b&sslmode=prefer", "url?password=***&sslmode=prefer"),
            ("password = \"s3 cr3t\" # mine", "password = *** # mine"),
            (r#"{"user":"me","password":"s3 \" cr3t","port":1}"#, r#"{"user":"me","password":***,"port":1}"#),
            (r#"{"password": "s3 cr3t"}"#, r#"{"password": ***}"#),
            (r#"{"password": 12345, "a": 1}"#, r#"{"password": *** "a": 1}"#),
            (r#""{\"password\":\"s3 \\\" cr3t\",\"port\":1}""#, r#""{\"password\":***,\"port\":1}""#),
            (r#"Target { password: Some("s3 cr3t"), port: 1 }"#, "Target { password: Some(***), port: 1 }"),
            ("Passwd:s3cr3t pwd=s3cr3t passphrase='s3'cr3t", "Passwd:*** pwd=*** passphrase=***"),
            ("password=\"s3 cr3t that never ends", "password=***"),
            ("password=pä§§wörd—ß x", "password=*** x"),
            ("two: http://a:s3cr3t@h http://b:s3cr3t@h", "two: http://a:***@h http://b:***@h"),
            ("password=postgres://me:s3cr3t@db", "password=***"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "",
            "error: password authentication failed for user \"ada\"\n  mail ada@example.org",
            "Give the right password: landfall db password set. The user is a setting.",
            "postgres://ada@db:5432/x and https://example.org/a?b=c",
            "DB_PASSWORD= host=db",
            "the password \"is\" kept\r\n\n",
        ] {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{:?}", redact(text));
        }
    }

    proptest! {
        /// Any password without blanks or `&`, in the places where one stands most.
        #[test]
        fn no_password_comes_through(secret in "[!-%'-~]{1,12}", other in "[a-z]{0,8}") {
            let secret = format!("§{secret}§");
            for text in [
                format!("{other} postgres://me:{secret}@db/x"),
                format!("{other} password={secret}"),
                format!("{other}password:{secret} {other}"),
                format!("{{\"password\":{},\"x\":1}}", serde_json::json!(secret)),
                format!("{:?}", format!("{{\"password\":{},\"x\":1}}", serde_json::json!(secret))),
                format!("password: {secret:?}, {other}"),
            ] {
                let shown = redact(&text);
                prop_assert!(!shown.contains('§'), "{text} became {shown}");
            }
        }
    }
}
