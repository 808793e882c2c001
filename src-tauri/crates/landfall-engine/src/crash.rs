//! What is left behind when a program of Landfall breaks: a report that the next start offers.

use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use landfall_core::redaction::redact;

use crate::engine::now;

const ENDING: &str = "crash.txt";

/// From now on a panic of this process leaves a report in `folder`; `program` names the process in it.
pub(crate) fn report_panics_into(folder: &Path, program: &'static str) {
    let folder = folder.to_path_buf();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave_crash_report(&folder, program, panic);
        tracing::error!("{panic}");
        before(panic);
    }));
}

/// Writes the report of one panic. It says where and what, never what the program had in memory.
pub fn leave_crash_report(folder: &Path, program: &str, panic: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let at = now();
    let path = folder.join(format!("{program}-{}.{ENDING}", at.strftime("%Y%m%dT%H%M%S")));
    let text = format!(
        "Landfall {} ({program}) broke at {at}\n{} {}\n\n{panic}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        std::backtrace::Backtrace::force_capture(),
    );
    std::fs::write(&path, redact(&text).as_bytes()).ok().map(|()| path)
}

/// Keeps that a person was offered all reports there are: their names end in `.seen.txt` from now on.
pub(crate) fn mark_seen(folder: &Path) {
    for report in unseen_crashes(folder) {
        if let Err(error) = std::fs::rename(&report, report.with_extension("seen.txt")) {
            tracing::warn!("the report of a crash is offered again: {error}");
        }
    }
}

/// Reports that nobody was offered yet, oldest first.
pub fn unseen_crashes(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ENDING))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const FOLDER: &str = "LANDFALL_ENGINE_TEST_CRASHES";

    /// Not a test by itself: the process of the next one, which breaks.
    #[test]
    fn breaking_process() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        report_panics_into(Path::new(&folder), "engine");
        panic!("the reason of this crash");
    }

    #[test]
    fn a_process_that_breaks_leaves_a_report_that_is_offered_until_it_was_seen() {
        let folder = tempfile::tempdir().unwrap();
        let broke = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["crash::tests::breaking_process", "--exact"])
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        assert!(!broke.status.success());
        let [report] = &unseen_crashes(folder.path())[..] else { panic!("one report") };
        let text = std::fs::read_to_string(report).unwrap();
        assert!(
            text.contains("the reason of this crash") && text.contains(env!("CARGO_PKG_VERSION")),
            "{text}"
        );
        mark_seen(folder.path());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "it is kept");
        assert!(unseen_crashes(folder.path()).is_empty());
    }
}
