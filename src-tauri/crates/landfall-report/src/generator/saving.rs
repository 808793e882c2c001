//! Writing the workbook into its hidden file, on a thread of its own so that a cancel is heard meanwhile.

use std::any::Any;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rust_xlsxwriter::Workbook;
use sha2::{Digest, Sha256};

use super::ReportError;

/// What lies in the hidden file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Tells the writing thread to stop; dropping it does so too.
#[derive(Debug, Default)]
pub(crate) struct StopOnDrop(Arc<AtomicBool>);

impl StopOnDrop {
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes the workbook and brings it to the disk. Blocks.
pub(crate) fn save(mut workbook: Workbook, file: File, stop: Arc<AtomicBool>) -> Result<Saved, ReportError> {
    let mut out =
        HashingFile { file: BufWriter::with_capacity(64 * 1024, file), hash: Sha256::new(), bytes: 0, stop };
    guarded(|| workbook.save_to_writer(&mut out).map_err(ReportError::from))?;
    // The rows' temporary files go before the workbook needs their room on the disk.
    drop(workbook);
    out.flush().map_err(ReportError::of_save)?;
    out.file.get_ref().sync_all().map_err(ReportError::of_save)?;
    Ok(Saved { bytes: out.bytes, sha256: hex::encode(out.hash.finalize()) })
}

struct HashingFile {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    stop: Arc<AtomicBool>,
}

impl Write for HashingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            // Not `Interrupted`, which callers take for "try again".
            return Err(io::Error::other("the run was cancelled"));
        }
        let written = self.file.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Runs a call of the workbook writer. In its constant-memory mode it panics when its temporary file can't be
/// written (0.102, `xmlwriter.rs`), which is most often a full disk; the panic becomes the error it should be.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, ReportError>) -> Result<T, ReportError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result,
        Err(payload) => Err(of_panic(payload.as_ref())),
    }
}

fn of_panic(payload: &(dyn Any + Send)) -> ReportError {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    match writers_failure(text) {
        Some(kind) => ReportError::of_save(kind.into()),
        None => ReportError::Writer(text.to_owned()),
    }
}

/// The kind of I/O error in the message of a panic of the workbook writer: the error stands there as its debug
/// text, `Os { code: 28, kind: StorageFull, message: … }`.
fn writers_failure(message: &str) -> Option<io::ErrorKind> {
    const KINDS: [(&str, io::ErrorKind); 5] = [
        ("kind: StorageFull", io::ErrorKind::StorageFull),
        ("kind: QuotaExceeded", io::ErrorKind::QuotaExceeded),
        ("kind: FileTooLarge", io::ErrorKind::FileTooLarge),
        ("kind: WriteZero", io::ErrorKind::StorageFull),
        ("Os { code:", io::ErrorKind::Other),
    ];
    KINDS.iter().find(|(text, _)| message.contains(text)).map(|(_, kind)| *kind)
}

/// Whether a panic's message is one that becomes an ordinary error: a program that reports the error itself
/// need not print it as well.
pub fn is_reported_as_error(message: &str) -> bool {
    writers_failure(message).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_writer_becomes_the_error_it_hides() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let text = format!("couldn't write: {:?}", io::Error::from_raw_os_error(28));
        assert!(matches!(of_panic(&text), ReportError::DiskFull(error) if error.kind() == full.kind()));
        assert!(matches!(of_panic(&"index out of bounds"), ReportError::Writer(_)));
        assert!(is_reported_as_error(&text));
    }
}
