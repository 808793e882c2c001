//! `landfall settings set reports.folder`: another folder, and what becomes of the reports in the present one.

use std::path::{Path, PathBuf};

use landfall_core::api::{Command, ExistingReports, Reply};
use serde_json::json;

use super::{FOLDER, read};
use crate::arguments::{Existing, FolderChange, absolute};
use crate::error::{Error, Exit, Outcome};
use crate::output::words;
use crate::question::{self, Choice};
use crate::session::{Session, Surroundings, unexpected};

/// Folders that are copied to other computers by a program, by the name such programs give them.
const SYNCED: [(&str, &str); 7] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("com~apple~clouddocs", "iCloud Drive"),
    ("icloud", "iCloud Drive"),
    ("nextcloud", "Nextcloud"),
];

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
        other => return Err(unexpected(&other)),
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
    let names = folder.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase());
    names
        .into_iter()
        .find_map(|name| SYNCED.iter().find(|(mark, _)| name.starts_with(mark)).map(|(_, program)| *program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_cloud_programs_are_known_by_their_names() {
        for (path, program) in [
            ("/home/ada/Dropbox/reports", Some("Dropbox")),
            ("/home/ada/OneDrive - Acme/out", Some("OneDrive")),
            ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x", Some("iCloud Drive")),
            ("/home/ada/Google Drive", Some("Google Drive")),
            ("/home/ada/kubernetes-reports", None),
            ("/srv/mydropboxes", None),
        ] {
            assert_eq!(synced_by(Path::new(path)), program, "{path}");
        }
    }
}
