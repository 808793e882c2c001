//! The log of the engine: rotated files in the logs folder. Nothing that is secret is meant to be handed to it; each line
//! is redacted all the same, because messages of databases and other programs are text from outside.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use landfall_core::redaction::redact;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A file that has grown beyond this is put aside at the next line.
const LARGEST_BYTES: u64 = 2 * 1024 * 1024;
/// So many older files are kept.
const KEPT: u32 = 4;
const NAME: &str = "engine.log";

/// While it lives, lines of the log reach the disk.
pub struct Journal {
    _file: Arc<Mutex<Rotated>>,
}

impl Journal {
    /// Begins the log in `folder`. A log that can't be written never keeps Landfall from working.
    pub fn begin(folder: &Path) -> Self {
        let file = Arc::new(Mutex::new(Rotated { folder: folder.to_path_buf(), open: None }));
        let filter = EnvFilter::try_from_env("LANDFALL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_target(false)
            .with_writer(ToFile(Arc::clone(&file)));
        // A second engine in one process happens only in tests.
        let _ = subscriber.try_init();
        Self { _file: file }
    }
}

/// The log of the engine whose logs folder this is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

struct Rotated {
    folder: PathBuf,
    open: Option<(File, u64)>,
}

impl Rotated {
    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        let (file, bytes) = match self.open.take() {
            Some((file, bytes)) if bytes <= LARGEST_BYTES => (file, bytes),
            _ => {
                let current = path(&self.folder);
                if current.metadata().is_ok_and(|found| found.len() > LARGEST_BYTES) {
                    self.put_aside(&current);
                }
                let file = OpenOptions::new().create(true).append(true).open(&current)?;
                let bytes = file.metadata()?.len();
                (file, bytes)
            }
        };
        let mut file = file;
        file.write_all(line)?;
        self.open = Some((file, bytes + line.len() as u64));
        Ok(())
    }

    /// `engine.log` becomes `engine.1.log`, and so on; the oldest goes.
    fn put_aside(&self, current: &Path) {
        let aside = |number: u32| self.folder.join(format!("engine.{number}.log"));
        for number in (1..KEPT).rev() {
            let _ = std::fs::rename(aside(number), aside(number + 1));
        }
        let _ = std::fs::rename(current, aside(1));
    }
}

struct ToFile(Arc<Mutex<Rotated>>);

impl<'a> MakeWriter<'a> for ToFile {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

struct Line<'a>(MutexGuard<'a, Rotated>);

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
    fn what_looks_like_a_password_does_not_reach_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::new(Mutex::new(Rotated { folder: folder.path().to_path_buf(), open: None }));
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(ToFile(file)).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(password = "s3cr3t one", "no answer from postgres://me:s3cr3t@db:5432/x");
            tracing::info!("the next line");
        });
        let log = std::fs::read_to_string(path(folder.path())).unwrap();
        assert!(!log.contains("s3cr3t") && !log.contains("one"), "{log}");
        assert!(log.contains("postgres://me:***@db:5432/x") && log.ends_with("the next line\n"), "{log}");
        assert_eq!(log.lines().count(), 2, "{log}");
    }

    #[test]
    fn a_log_that_has_grown_is_put_aside_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let line = vec![b'x'; usize::try_from(LARGEST_BYTES).unwrap() + 1];
        for _ in 0..8 {
            Rotated { folder: folder.path().to_path_buf(), open: None }.write_line(&line).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["engine.1.log", "engine.2.log", "engine.3.log", "engine.4.log", "engine.log"]);
    }
}
