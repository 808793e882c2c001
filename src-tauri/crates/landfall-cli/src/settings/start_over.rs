//! `landfall settings start-over`: removes Landfall's own data. Never reports, never the settings.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_core::api::Command;
use landfall_core::code::{ApiError, Code};
use landfall_wire::Places;
use serde_json::json;

use crate::error::{Error, Exit, Outcome};
use crate::output::words;
use crate::question;
use crate::session::{Session, Surroundings};

const WORDS: &str = "start over";
/// An engine that was asked to stop has stopped its children and closed its ledger within this time.
const ENGINE_ENDS_WITHIN: Duration = Duration::from_secs(30);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

pub(super) async fn start_over(around: &Surroundings, dry_run: bool) -> Outcome {
    let own = own_data(&around.places);
    let bytes: u64 = own.iter().map(|path| size(path)).sum();
    let paths: Vec<String> = own.iter().map(|path| path.display().to_string()).collect();
    let output = around.output;
    if dry_run {
        output.note(&format!("Nothing was removed; this is what would be ({}):", words::bytes(bytes)));
        if output.json {
            output.json(&json!({ "dryRun": true, "paths": paths, "bytes": bytes }))?;
        } else {
            output.lines(paths.iter().map(|path| crate::output::escape::safe(path).into_owned()))?;
        }
        return Ok(Exit::Done);
    }
    output.note(&format!(
        "This removes Landfall's own data in {} ({}): the list of runs, logs, the sample database and every \
         kept password. Reports stay where they are, and so do the settings in {}.",
        around.places.data.display(),
        words::bytes(bytes),
        around.places.settings_file.display()
    ));
    if !around.global.yes {
        let hint = "Add --yes to do it without being asked.";
        let typed = question::typed(around, &format!("Type \"{WORDS}\" to do it:"), hint).await?;
        if typed != WORDS {
            return Err(Error::Declined("nothing was removed".to_owned()));
        }
    }
    let mut session = Session::open(around).await?;
    if let Err(error) = session.ask(Command::ForgetPassword { all: true }).await {
        output.warning(&format!("a kept password could not be forgotten: {error}"));
    }
    session.ask(Command::StopEngine { even_if_busy: true }).await?;
    drop(session);
    // Held while its data is removed, so that no engine starts in between.
    let _lock = lock_when_free(&around.places).await?;
    for path in own_data(&around.places) {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(Error::file(&path))?;
    }
    if output.json {
        output.json(&json!({ "removed": paths, "bytes": bytes }))?;
    } else {
        output.note(&format!("Removed {}. The next command starts anew.", words::bytes(bytes)));
    }
    Ok(Exit::Done)
}

/// Only what Landfall makes itself, by name: the folder may be one of the person's own (`LANDFALL_HOME`).
fn own_data(places: &Places) -> Vec<PathBuf> {
    let folders = [&places.runs, &places.logs, &places.sample, &places.crashes];
    let mut own: Vec<PathBuf> = folders.into_iter().filter(|path| is_own_folder(path)).cloned().collect();
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

fn size(path: &Path) -> u64 {
    let Ok(found) = fs::symlink_metadata(path) else { return 0 };
    if !found.is_dir() {
        return found.len();
    }
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| size(&entry.path())).sum()
}

async fn lock_when_free(places: &Places) -> Result<File, Error> {
    let deadline = tokio::time::Instant::now() + ENGINE_ENDS_WITHIN;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&places.lock)
        .map_err(Error::file(&places.lock))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            }
            Err(TryLockError::WouldBlock) => {
                let hint = "Close every other Landfall, then try again. Nothing was removed.";
                return Err(ApiError::new(Code::Conflict, "the engine did not end in time", hint).into());
            }
            Err(TryLockError::Error(source)) => return Err(Error::file(&places.lock)(source)),
        }
    }
}
