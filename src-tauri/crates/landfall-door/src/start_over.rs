//! Starting over: Landfall's own data goes. Never reports, never the settings.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_core::api::Command;
use landfall_core::code::{ApiError, Code};
use landfall_wire::Places;
use tokio::time::Instant;

use crate::error::DoorError;
use crate::session::Session;

/// What a person types who means it.
pub const WORDS: &str = "start over";

/// An engine that was asked to stop has stopped its children and closed its ledger within this time.
const ENGINE_ENDS_WITHIN: Duration = Duration::from_secs(30);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Where the window was, and how large.
const WINDOW_STATE: &str = "window.json";
/// What the web view of the window keeps for itself.
const WEB_VIEW: &str = "webview";

/// The file in which the window app remembers its window.
pub fn window_state(places: &Places) -> PathBuf {
    places.data.join(WINDOW_STATE)
}

/// The folder of the window app's web view.
pub fn web_view(places: &Places) -> PathBuf {
    places.data.join(WEB_VIEW)
}

/// What was removed.
#[derive(Debug)]
pub struct Removed {
    pub paths: Vec<PathBuf>,
    pub bytes: u64,
    /// Why a kept password could not be forgotten.
    pub password_kept: Option<DoorError>,
}

/// Ends the engine, whatever it is doing, and removes Landfall's own data.
pub async fn start_over(mut session: Session, places: &Places) -> Result<Removed, DoorError> {
    let password_kept = session.ask(Command::ForgetPassword { all: true }).await.err();
    session.ask(Command::StopEngine { even_if_busy: true }).await?;
    drop(session);
    // Held while its data is removed, so that no engine starts in between.
    let _lock = lock_when_free(places).await?;
    let mut removed = Removed { paths: Vec::new(), bytes: 0, password_kept };
    for path in own_data(places) {
        let bytes = size(&path);
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.map_err(DoorError::file(&path))?;
        removed.bytes += bytes;
        removed.paths.push(path);
    }
    Ok(removed)
}

/// Only what Landfall makes itself, by name: the folder may be one of the person's own (`LANDFALL_HOME`).
pub fn own_data(places: &Places) -> Vec<PathBuf> {
    let web_view = web_view(places);
    let folders = [&places.runs, &places.logs, &places.sample, &places.crashes, &web_view];
    let mut own: Vec<PathBuf> = folders.into_iter().filter(|path| is_own_folder(path)).cloned().collect();
    own.extend(Some(window_state(places)).filter(|path| path.is_file()));
    let ledger =
        places.ledger.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let entries = fs::read_dir(&places.data).into_iter().flatten().flatten();
    // The ledger, its journal, and the copies made before migrations.
    own.extend(
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&ledger))
            .map(|entry| entry.path())
            .filter(|path| path.is_file()),
    );
    own.sort();
    own
}

/// A link is not followed: what it leads to is not ours.
fn is_own_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// How many bytes lie under a path.
pub fn size(path: &Path) -> u64 {
    let Ok(found) = fs::symlink_metadata(path) else { return 0 };
    if !found.is_dir() {
        return found.len();
    }
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| size(&entry.path())).sum()
}

async fn lock_when_free(places: &Places) -> Result<File, DoorError> {
    let deadline = Instant::now() + ENGINE_ENDS_WITHIN;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&places.lock)
        .map_err(DoorError::file(&places.lock))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            }
            Err(TryLockError::WouldBlock) => {
                let hint = "Close every other Landfall, then try again. Nothing was removed.";
                return Err(ApiError::new(Code::Conflict, "the engine did not end in time", hint).into());
            }
            Err(TryLockError::Error(source)) => return Err(DoorError::file(&places.lock)(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use landfall_wire::places::Surroundings;

    use super::*;

    #[test]
    fn only_what_landfall_made_is_its_own_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let places =
            Places::of(&Surroundings { landfall_home: Some(folder.clone()), ..Surroundings::default() });
        for own in ["ledger.sqlite3", "ledger.sqlite3-wal", "window.json"] {
            fs::write(folder.join(own), "12345").unwrap();
        }
        fs::create_dir_all(folder.join("runs/10000")).unwrap();
        fs::create_dir(folder.join("webview")).unwrap();
        for of_the_person in ["settings.toml", "holiday.xlsx"] {
            fs::write(folder.join(of_the_person), "x").unwrap();
        }
        fs::create_dir(folder.join("photos")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.join("photos"), folder.join("logs")).unwrap();
        let own: Vec<String> = own_data(&places)
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(own, ["ledger.sqlite3", "ledger.sqlite3-wal", "runs", "webview", "window.json"]);
        assert_eq!(size(&folder.join("ledger.sqlite3")), 5);
    }
}
