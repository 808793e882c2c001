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
/// A log that has grown beyond this is put aside at the next start.
const LARGEST_BYTES: u64 = 2 * 1024 * 1024;

/// Begins the log in `folder`. A log that can't be written never keeps Landfall from working.
pub(crate) fn begin(folder: &Path) {
    let Ok(file) = open(folder) else { return };
    let file = Log { folder: folder.to_path_buf(), file };
    let filter = EnvFilter::try_from_env("LANDFALL_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Redacted(Mutex::new(file)));
    // A second app in one process happens only in tests.
    let _ = subscriber.try_init();
}

fn open(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(NAME);
    if path.metadata().is_ok_and(|found| found.len() > LARGEST_BYTES) {
        fs::rename(&path, folder.join(BEFORE))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

struct Log {
    folder: PathBuf,
    file: File,
}

impl Log {
    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        // Starting over removes the logs under a running app.
        if !self.folder.join(NAME).exists() {
            self.file = open(&self.folder)?;
        }
        self.file.write_all(line)
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
        let log = Redacted(Mutex::new(Log { folder: logs.clone(), file: open(&logs).unwrap() }));
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!("no answer from postgres://me:s3cr3t@db:5432/x");
            fs::remove_dir_all(&logs).unwrap();
            tracing::warn!("no answer from postgres://me:s3cr3t@db:5432/y");
        });
        let text = fs::read_to_string(logs.join(NAME)).unwrap();
        assert!(text.contains("me:***@db:5432/y") && text.lines().count() == 1, "{text}");
    }
}
