//! `landfall settings start-over`: removes Landfall's own data. Never reports, never the settings.

use std::path::PathBuf;

use landfall_door::start_over::{self, WORDS};
use serde_json::json;

use crate::error::{Error, Exit, Outcome};
use crate::output::words;
use crate::question;
use crate::session::{self, Surroundings};

pub(super) async fn start_over(around: &Surroundings, dry_run: bool) -> Outcome {
    let own = start_over::own_data(&around.places);
    let bytes: u64 = own.iter().map(|path| start_over::size(path)).sum();
    let paths = paths_of(&own);
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
    let removed = match session::open(around).await {
        Ok(session) => start_over::start_over(session, &around.places).await?,
        // A ledger that no engine opens is a reason to start over.
        Err(Error::Engine(error)) => start_over::without_engine(&around.places, error.into()).await?,
        Err(error) => return Err(error),
    };
    if let Some(error) = &removed.password_kept {
        output.warning(&format!("a kept password could not be forgotten: {error}"));
    }
    if output.json {
        output.json(&json!({ "removed": paths_of(&removed.paths), "bytes": removed.bytes }))?;
    } else {
        output.note(&format!("Removed {}. The next command starts anew.", words::bytes(removed.bytes)));
    }
    Ok(Exit::Done)
}

fn paths_of(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}
