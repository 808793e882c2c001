//! What helps when something goes wrong: details to copy, reports of crashes, and when the page was painted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use landfall_core::api::{Command, Reply};
use landfall_core::code::ApiError;
use landfall_door::{DoorError, details, unexpected};

use crate::desktop::Desktop;

/// Of a report of a crash, so much is shown; the end of a long one is a list of calls.
const LARGEST_CRASH_BYTES: u64 = 256 * 1024;

/// Text for the clipboard, without secrets: the error, the log of the run, the log of the engine.
pub(crate) async fn details(
    desktop: &Desktop,
    error: Option<&ApiError>,
    run: Option<u64>,
) -> Result<String, ApiError> {
    let mut lines = Vec::new();
    // Details are wanted most where the engine doesn't answer.
    if let Some(run) = run.filter(|_| desktop.engine.is_connected())
        && let Reply::Log { lines: log } = desktop.engine.ask(Command::ReadLog { run, after: 0 }).await?
    {
        lines.extend(log.into_iter().map(|line| format!("{} {}", line.at, line.message)));
    }
    Ok(details::text(error, &desktop.places, &lines))
}

/// The newest report of a crash that nobody has looked at yet.
pub(crate) async fn newest_crash(desktop: &Desktop) -> Result<Option<String>, ApiError> {
    let crashes = match desktop.engine.ask(Command::Status).await? {
        Reply::Status(status) => status.crashes,
        other => return Err(unexpected(&other)),
    };
    // Their names begin with the program, and go on with the time.
    let newest = crashes.into_iter().map(PathBuf::from).max_by_key(|path| modified(path));
    let Some(path) = newest else { return Ok(None) };
    let text = read_start(&path).map_err(|source| DoorError::file(&path)(source).to_api_error())?;
    Ok(Some(details::without_secrets(&text, &desktop.places.home)))
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|found| found.modified()).ok()
}

fn read_start(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_CRASH_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The page is on screen. The log has the time; benches read it there.
pub(crate) fn painted() {
    tracing::info!("the page is painted");
}
