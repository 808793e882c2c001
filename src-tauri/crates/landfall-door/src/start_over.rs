//! Starting over: Landfall's own data goes. Never reports, never the settings.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_core::api::{Answer, Command};
use landfall_core::code::{ApiError, Code};
use landfall_wire::{Places, WireError};
use tokio::time::{Instant, timeout};

use crate::error::DoorError;
use crate::session::Session;

/// What a person types who means it.
pub const WORDS: &str = "start over";

/// An engine that was asked to stop has stopped its children and closed its ledger within this time.
const ENGINE_ENDS_WITHIN: Duration = Duration::from_secs(30);
/// A key store may ask a person to unlock it; the engine waits 60 s for that.
const KEY_STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(70);
/// A door that starts an engine has it, or gives up, within this time.
const START_ENDS_WITHIN: Duration = Duration::from_secs(20);
/// Doors that look whether an engine lives hold its lock for a moment.
const LOOKED_AT_FOR: Duration = Duration::from_secs(1);
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
    // Starts one where the last was killed meanwhile: only an engine reaches the key store.
    in_time(START_ENDS_WITHIN, session.status()).await?;
    let _no_start = no_engine_starts(places).await?;
    // Without asking again: with the lock in our hands, no other engine would come.
    let engine = session.asker();
    let forgets = async { answer(engine.ask(Command::ForgetPassword { all: true }).await) };
    let password_kept = in_time(KEY_STORE_ANSWERS_WITHIN, forgets).await.err();
    let stops = async {
        match engine.ask(Command::StopEngine { even_if_busy: true }).await {
            // One that was killed has ended, too.
            Err(WireError::Lost) => Ok(()),
            said => answer(said),
        }
    };
    in_time(ENGINE_ENDS_WITHIN, stops).await?;
    drop(session);
    let Some(_lock) = locked(&places.lock, ENGINE_ENDS_WITHIN).await? else {
        return Err(in_the_way("the engine did not end in time"));
    };
    remove(places, password_kept)
}

/// The same where no engine can be started, which is when starting over is wanted most. Kept passwords stay in the key
/// store then: the error is told as the reason of that.
///
/// # Errors
/// The given one, at once, where an engine holds the data that does not answer. Nothing is removed then.
pub async fn without_engine(places: &Places, unreachable: DoorError) -> Result<Removed, DoorError> {
    if !places.data.is_dir() {
        return Err(unreachable);
    }
    let _no_start = no_engine_starts(places).await?;
    let Some(_lock) = locked(&places.lock, LOOKED_AT_FOR).await? else { return Err(unreachable) };
    remove(places, Some(unreachable))
}

async fn in_time<T>(
    within: Duration,
    asked: impl Future<Output = Result<T, DoorError>>,
) -> Result<T, DoorError> {
    timeout(within, asked).await.unwrap_or_else(|_| Err(in_the_way("the engine did not answer in time")))
}

fn answer(said: Result<Answer, WireError>) -> Result<(), DoorError> {
    said?.map(drop).map_err(DoorError::from)
}

/// The lock without which no door starts an engine: others would do so as soon as theirs has ended.
async fn no_engine_starts(places: &Places) -> Result<File, DoorError> {
    let lock = locked(&places.start_lock(), START_ENDS_WITHIN).await?;
    lock.ok_or_else(|| in_the_way("another Landfall is starting the engine"))
}

fn in_the_way(message: &str) -> DoorError {
    let hint = "Close every other Landfall, then try again. Nothing was removed.";
    ApiError::new(Code::Conflict, message, hint).into()
}

/// Removes all while no engine serves and none can start.
fn remove(places: &Places, password_kept: Option<DoorError>) -> Result<Removed, DoorError> {
    let mut removed = Removed { paths: Vec::new(), bytes: 0, password_kept };
    let web_view = web_view(places);
    for path in own_data(places) {
        let bytes = size(&path);
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match gone {
            // A window that is open writes into it; there is nothing of the person in it.
            Err(_) if path == web_view => continue,
            gone => gone.map_err(DoorError::file(&path))?,
        }
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
    // Last, because it may be in use.
    own.sort_by_key(|path| *path == web_view);
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

/// Takes a lock; none where somebody else holds it for all of this time.
async fn locked(path: &Path, within: Duration) -> Result<Option<File>, DoorError> {
    let deadline = Instant::now() + within;
    let file =
        File::options().create(true).truncate(false).write(true).open(path).map_err(DoorError::file(path))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            }
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(DoorError::file(path)(source)),
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
        assert_eq!(own, ["ledger.sqlite3", "ledger.sqlite3-wal", "runs", "window.json", "webview"]);
        assert_eq!(size(&folder.join("ledger.sqlite3")), 5);
    }
}
