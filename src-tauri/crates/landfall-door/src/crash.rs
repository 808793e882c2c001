//! Crashes of a door: the report each leaves, and its being offered once.

use std::fs;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use landfall_core::redaction::redact;

const NEW: &str = ".crash.txt";
const SEEN: &str = ".crash.seen.txt";

/// From now on a panic of this process leaves a report in `folder`; `program` names the process in it. `tell` is
/// given the panic and the report, if one could be written. Asked on the thread that panics, `is_caught` says which
/// panics are answered for by whoever catches them: these are no crashes.
pub fn report_panics(
    folder: &Path,
    program: &'static str,
    is_caught: fn() -> bool,
    tell: impl Fn(&PanicHookInfo<'_>, Option<&Path>) + Send + Sync + 'static,
) {
    let folder = folder.to_path_buf();
    std::panic::set_hook(Box::new(move |panic| {
        if is_caught() {
            return;
        }
        let report = leave_report(&folder, program, panic, now());
        tell(panic, report.as_deref());
    }));
}

/// Writes the report of one panic. It says where and what, never what the program had in memory.
fn leave_report(folder: &Path, program: &str, panic: &PanicHookInfo<'_>, at: Timestamp) -> Option<PathBuf> {
    let path = folder.join(format!("{program}-{}{NEW}", at.strftime("%Y%m%dT%H%M%S")));
    let text = format!(
        "Landfall {} ({program}) broke at {at}\n{} {}\n\n{panic}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        std::backtrace::Backtrace::force_capture(),
    );
    fs::create_dir_all(folder).ok()?;
    fs::write(&path, redact(&text).as_bytes()).ok().map(|()| path)
}

/// Renames a report, so that no door offers it again; gives its new name.
pub fn mark_seen(report: &Path) -> Option<PathBuf> {
    let name = report.file_name()?.to_str()?.strip_suffix(NEW)?;
    let seen = report.with_file_name(format!("{name}{SEEN}"));
    fs::rename(report, &seen).ok().map(|()| seen)
}

#[expect(clippy::disallowed_methods, reason = "the clock of crash reports")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const FOLDER: &str = "LANDFALL_DOOR_TEST_CRASHES";

    /// Not a test by itself: the process of the next one, which breaks.
    #[test]
    fn breaking_process() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let is_caught = || std::thread::current().name() == Some("caught");
        report_panics(Path::new(&folder), "door", is_caught, |_, report| {
            assert!(report.is_some_and(Path::is_file));
        });
        let caught = std::thread::Builder::new().name("caught".to_owned()).spawn(|| panic!("no crash"));
        assert!(caught.unwrap().join().is_err());
        let reports = fs::read_dir(&folder).into_iter().flatten().count();
        assert_eq!(reports, 0, "a panic that is caught leaves no report");
        panic!("the reason of this crash, DB_PASSWORD=s3cr3t");
    }

    #[test]
    fn a_door_that_breaks_leaves_a_report_without_secrets_that_can_be_marked_as_seen() {
        let folder = tempfile::tempdir().unwrap();
        let crashes = folder.path().join("crashes");
        let broke = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["crash::tests::breaking_process", "--exact"])
            .env(FOLDER, &crashes)
            .output()
            .unwrap();
        assert!(!broke.status.success());
        let reports: Vec<PathBuf> =
            fs::read_dir(&crashes).unwrap().map(|entry| entry.unwrap().path()).collect();
        let [report] = &reports[..] else { panic!("one report, not {reports:?}") };
        let text = fs::read_to_string(report).unwrap();
        assert!(text.contains("the reason of this crash") && !text.contains("s3cr3t"), "{text}");
        let seen = mark_seen(report).unwrap();
        assert!(seen.is_file() && !report.exists() && seen.to_string_lossy().ends_with(SEEN));
    }
}
