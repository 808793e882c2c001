//! Details of an error to copy into a report of the problem. They name no secret, and the home folder is `~`.

use std::path::Path;

use landfall_core::code::ApiError;
use landfall_core::redaction::redact;
use landfall_wire::Places;

use crate::logs;

const LOG_LINES: usize = 30;

/// The text to copy: this program, the error if there is one, the end of the logs.
pub fn text(error: Option<&ApiError>, places: &Places, run_log: &[String]) -> String {
    let mut lines = vec![
        "--- details to copy ---".to_owned(),
        format!(
            "Landfall {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    ];
    if let Some(error) = error {
        lines.push(format!("code: {}", error.code.word()));
        lines.push(format!("message: {}", error.message));
        lines.extend(error.subject.iter().map(|subject| format!("about: {subject}")));
    }
    lines.push(format!("logs: {}", places.logs.display()));
    lines.extend(section("log of the run", run_log.iter().map(String::as_str)));
    let log = logs::newest(&places.logs).and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    lines.extend(section("log of the engine", String::from_utf8_lossy(&log).lines()));
    lines.push("--- end ---".to_owned());
    without_secrets(&lines.join("\n"), &places.home)
}

/// The last lines under a title; nothing where there are none.
fn section<'a>(title: &str, lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines: Vec<&str> = lines.collect();
    let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
    let title = (!last.is_empty()).then(|| format!("{title}:"));
    title.into_iter().chain(last.iter().map(|line| format!("  {line}"))).collect()
}

/// The text without passwords and without the name in the home folder's path.
pub fn without_secrets(text: &str, home: &Path) -> String {
    let home = home.display().to_string();
    let text = if home.len() > 1 { text.replace(&home, "~") } else { text.to_owned() };
    redact(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_the_home_folder_are_not_copied() {
        let text = "opened /home/ada/kubernetes-reports/a.xlsx\nDB_PASSWORD=s3cr3t\n  mail ada@example.org";
        let shown = "opened ~/kubernetes-reports/a.xlsx\nDB_PASSWORD=***\n  mail ada@example.org";
        assert_eq!(without_secrets(text, Path::new("/home/ada")), shown);
        assert_eq!(without_secrets(text, Path::new("/")), shown.replace('~', "/home/ada"));
    }
}
