//! `landfall settings set reports.folder`: another folder, and what becomes of the reports in the present one.

use std::path::{Path, PathBuf};

use landfall_core::api::{Command, ExistingReports, Reply};
use landfall_core::cloud;
use landfall_door::{Session, unexpected};
use serde_json::json;

use super::{FOLDER, read};
use crate::arguments::{Existing, FolderChange, absolute};
use crate::error::{Error, Exit, Outcome};
use crate::output::words;
use crate::question::{self, Choice};
use crate::session::Surroundings;

pub(super) async fn change(
    around: &Surroundings,
    session: &mut Session,
    value: Option<String>,
    options: FolderChange,
) -> Outcome {
    let (settings, ..) = read(session).await?;
    let unset = value.as_deref().is_none_or(str::is_empty);
    let target = match value.filter(|_| !unset) {
        Some(typed) => absolute(&typed, &around.places.home).map_err(Error::file(typed.as_ref()))?,
        None => around.places.reports_default.clone(),
    };
    let present =
        settings.reports.folder.map_or_else(|| around.places.reports_default.clone(), PathBuf::from);
    if let Some(program) = synced_by(&target) {
        around.output.warning(&format!(
            "{} is a folder of {program}, which copies it to other computers. Reports hold names and mail \
             addresses; and while it works, files may change or be locked.",
            target.display()
        ));
    }
    let existing = match options.existing {
        Some(existing) => existing,
        None if target == present || !holds_reports(&present) => Existing::Keep,
        None if options.dry_run => Existing::Keep,
        None => ask(around, &present).await?,
    };
    if options.dry_run {
        let text = format!("{FOLDER}: {} → {} (nothing was changed)", present.display(), target.display());
        around.output.note(&text);
        if around.output.json {
            around
                .output
                .json(&json!({ "key": FOLDER, "before": present, "value": target, "dryRun": true }))?;
        }
        return Ok(Exit::Done);
    }
    let command = Command::ChangeFolder { folder: target.display().to_string(), existing: existing.into() };
    let moved = match session.ask(command).await? {
        Reply::FolderChanged { moved } => moved,
        other => return Err(unexpected(&other).into()),
    };
    if unset {
        session.ask(Command::ChangeSetting { key: FOLDER.to_owned(), value: None }).await?;
    }
    if around.output.json {
        around.output.json(&json!({
            "key": FOLDER, "before": present, "value": target, "existing": ExistingReports::from(existing),
            "moved": moved, "dryRun": false,
        }))?;
    } else {
        let what = match existing {
            Existing::Move => format!("{} moved there", words::counted(moved, "report", "reports")),
            Existing::Keep => "the reports in the old folder stay there".to_owned(),
            Existing::WatchBoth => "both folders are watched".to_owned(),
        };
        around.output.note(&format!("{FOLDER}: {} → {}; {what}.", present.display(), target.display()));
    }
    Ok(Exit::Done)
}

async fn ask(around: &Surroundings, present: &Path) -> Result<Existing, Error> {
    let question = format!("There are reports in {}. What becomes of them?", present.display());
    let choices = vec![
        Choice { letter: 'm', words: "move them", value: Existing::Move },
        Choice { letter: 'k', words: "keep them there", value: Existing::Keep },
        Choice { letter: 'w', words: "keep them and watch both folders", value: Existing::WatchBoth },
    ];
    question::choose(around, &question, choices, "Add --existing move, keep or watch-both.").await
}

fn holds_reports(folder: &Path) -> bool {
    let mut paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    paths.any(|path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        matches!(ending.as_deref(), Some("xlsx" | "xlsm"))
    })
}

fn synced_by(folder: &Path) -> Option<&'static str> {
    let names: Vec<_> = folder.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let marked = |mark: &str| folder.ancestors().any(|above| above.join(mark).symlink_metadata().is_ok());
    cloud::copied_by(names.iter().map(AsRef::as_ref), marked)
}
