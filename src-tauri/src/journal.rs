//! The log of the app, beside that of the engine. Each line is redacted: messages of other programs are text from
//! outside.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use landfall_core::redaction::redact;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

const NAME: &str = "desktop.log";
const BEFORE: &str = "desktop.1.log";
/// A file that has grown beyond this is put aside at the next line, in place of the one that was put aside before.
const LARGEST_BYTES: u64 = 2 * 1024 * 1024;

/// Begins the log in `folder`. A log that can't be written never keeps Landfall from working.
pub(crate) fn begin(folder: &Path) {
    let Ok(file) = Log::begin(folder) else { return };
    let filter = EnvFilter::try_from_env("LANDFALL_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Redacted(Mutex::new(file)));
    // A second app in one process happens only in tests.
    let _ = subscriber.try_init();
}

/// The open file and how many bytes it has.
fn open(folder: &Path) -> io::Result<(File, u64)> {
    fs::create_dir_all(folder)?;
    let path = folder.join(NAME);
    if path.metadata().is_ok_and(|found| found.len() > LARGEST_BYTES) {
        fs::rename(&path, folder.join(BEFORE))?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}

struct Log {
    folder: PathBuf,
    file: File,
    bytes: u64,
}

impl Log {
    fn begin(folder: &Path) -> io::Result<Self> {
        let (file, bytes) = open(folder)?;
        Ok(Self { folder: folder.to_path_buf(), file, bytes })
    }

    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        // Starting over removes the logs under a running app.
        if self.bytes > LARGEST_BYTES || !self.folder.join(NAME).exists() {
            (self.file, self.bytes) = open(&self.folder)?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

struct Redacted(Mutex<Log>);

impl<'a> MakeWriter<'a> for Redacted {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Line<'a>(MutexGuard<'a, Log>);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_line(redact(&String::from_utf8_lossy(line)).as_bytes())?;
        // What was given is dealt with, however long it is now.
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn no_password_reaches_the_disk_and_a_log_that_was_removed_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let log = Redacted(Mutex::new(Log::begin(&logs).unwrap()));
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!("no answer from postgres://me:s3cr3t@db:5432/x");
            fs::remove_dir_all(&logs).unwrap();
            tracing::warn!("no answer from postgres://me:s3cr3t@db:5432/y");
        });
        let text = fs::read_to_string(logs.join(NAME)).unwrap();
        assert!(text.contains("me:***@db:5432/y") && text.lines().count() == 1, "{text}");
    }

    #[test]
    fn a_log_that_grows_while_the_app_runs_is_put_aside_and_only_the_last_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::begin(folder.path()).unwrap();
        let line = format!("{}\n", "x".repeat(100_000)).into_bytes();
        for _ in 0..100 {
            log.write_line(&line).unwrap();
        }
        let mut bytes: Vec<(String, u64)> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
            .collect();
        bytes.sort();
        let names: Vec<&str> = bytes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [BEFORE, NAME]);
        let most = LARGEST_BYTES + line.len() as u64;
        assert!(bytes.iter().all(|(_, bytes)| *bytes <= most), "{bytes:?}");
    }
}
