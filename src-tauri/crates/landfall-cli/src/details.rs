//! Details of an error to copy into a report of the problem. They name no secret, and the home folder is `~`.

use std::path::Path;

use landfall_core::code::ApiError;
use landfall_wire::Places;

use crate::engine::newest_log;

const LOG_LINES: usize = 30;

/// The text to copy.
pub(crate) fn text(error: &ApiError, places: &Places, run_log: &[String]) -> String {
    let mut lines = vec![
        "--- details to copy ---".to_owned(),
        format!(
            "Landfall {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
        format!("code: {}", error.code.word()),
        format!("message: {}", error.message),
    ];
    lines.extend(error.subject.iter().map(|subject| format!("about: {subject}")));
    lines.push(format!("logs: {}", places.logs.display()));
    lines.extend(section("log of the run", run_log.iter().map(String::as_str)));
    let log = newest_log(&places.logs).and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    lines.extend(section("log of the engine", String::from_utf8_lossy(&log).lines()));
    lines.push("--- end ---".to_owned());
    redact(&lines.join("\n"), &places.home)
}

/// The last lines under a title; nothing where there are none.
fn section<'a>(title: &str, lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines: Vec<&str> = lines.collect();
    let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
    let title = (!last.is_empty()).then(|| format!("{title}:"));
    title.into_iter().chain(last.iter().map(|line| format!("  {line}"))).collect()
}

/// The text without passwords and without the name in the home folder's path.
pub(crate) fn redact(text: &str, home: &Path) -> String {
    let home = home.display().to_string();
    let text = if home.len() > 1 { text.replace(&home, "~") } else { text.to_owned() };
    text.lines().map(redact_line).collect::<Vec<_>>().join("\n")
}

fn redact_line(line: &str) -> String {
    line.split_inclusive(char::is_whitespace).map(redact_word).collect()
}

/// `password=…` (also within a URL's query or in `DB_PASSWORD=…`), and what stands between `://` and `@`.
fn redact_word(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(start) = word.find("://").map(|at| at + 3)
        && let Some(length) = word[start..].rfind('@')
    {
        let end = start + length;
        let user = word[start..end].split(':').next().unwrap_or_default().to_owned();
        word.replace_range(start..end, &format!("{user}:***"));
    }
    let lower = word.to_ascii_lowercase();
    for mark in ["password=", "password:", "passwd=", "pwd="] {
        if let Some(at) = lower.find(mark) {
            let start = at + mark.len();
            let end = word[start..]
                .find(|character: char| character == '&' || character.is_whitespace())
                .map_or(word.len(), |length| start + length);
            if end > start {
                word.replace_range(start..end, "***");
            }
            break;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_the_home_folder_are_not_copied() {
        let shown = |text| redact(text, Path::new("/home/ada"));
        assert_eq!(shown("opened /home/ada/kubernetes-reports/a.xlsx"), "opened ~/kubernetes-reports/a.xlsx");
        assert_eq!(shown("to postgres://me:s3cr3t@db:5432/x now"), "to postgres://me:***@db:5432/x now");
        assert_eq!(
            shown("DB_PASSWORD=s3cr3t\nhost=db password=s3cr3t port=1"),
            "DB_PASSWORD=***\nhost=db password=*** port=1"
        );
        assert_eq!(shown("url?password=a%20b&sslmode=prefer"), "url?password=***&sslmode=prefer");
    }

    #[test]
    fn other_text_stays() {
        let text = "error: password authentication failed for user \"ada\"\n  mail ada@example.org";
        assert_eq!(redact(text, Path::new("/home/x")), text);
    }
}
